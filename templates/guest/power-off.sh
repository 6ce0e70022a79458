#!/bin/sh
# The end of a build, as root and detached: Packer's session and user go first, then what they kept in use, then the
# machine. If the disk is not clean at the end, the machine stays on and Packer gives the build up.
set -eu

console=/dev/null
for device in /dev/ttyS0 /dev/ttyAMA0; do
  if (: >"$device") 2>/dev/null; then console=$device && break; fi
done
say() { echo "$*" >"$console" 2>/dev/null || true; }
code=0
trap 'code=$?; [ "$code" -eq 0 ] || say "::seal-failed exit code $code"' EXIT

say '::phase=power-off'
sleep 1

# 1. The session, then the user.
for unit in ssh.socket sshd.socket ssh.service sshd.service; do systemctl stop "$unit" 2>/dev/null || true; done
user=hnf-build
if uid=$(id -u "$user" 2>/dev/null); then
  loginctl terminate-user "$user" 2>/dev/null || true
  systemctl stop "user-$uid.slice" "user@$uid.service" 2>/dev/null || true
  pkill -KILL -u "$user" 2>/dev/null || true
  userdel -rf "$user" 2>/dev/null || true
  groupdel "$user" 2>/dev/null || true
  rm -f "/var/lib/systemd/linger/$user"
fi
rm -f /etc/sudoers.d/90-cloud-init-users /etc/sudoers.d/hnf-build
rm -rf /var/lib/sudo/lectured/* /var/lib/sudo/ts/*
# The account tools keep the file before their last change.
rm -f /etc/passwd- /etc/shadow- /etc/group- /etc/gshadow- /etc/subuid- /etc/subgid-

# 2. Host keys: not earlier, sshd needs them for as long as Packer may reconnect.
rm -f /etc/ssh/ssh_host_*

# 3. Logs, with nobody left who keeps one open: a deleted open file would come back or stay on the disk.
for unit in syslog.socket rsyslog.service cron.service chrony.service; do systemctl stop "$unit" 2>/dev/null || true; done
systemctl kill --signal=SIGTERM auditd.service 2>/dev/null || true
journalctl --relinquish-var >/dev/null 2>&1 || journalctl --rotate >/dev/null 2>&1 || true
find /var/log -type f -delete
rm -rf /var/log/journal/* /var/lib/systemd/coredump/* /var/crash/*
find /tmp /var/tmp -xdev -mindepth 1 -delete 2>/dev/null || true

# 4. Identity. An empty machine-id and not "uninitialized": that word means "first boot", where systemd applies presets
# and would switch on every unit the build left off. The random seed is saved when its service stops, so that goes first.
systemctl stop systemd-random-seed.service 2>/dev/null || true
rm -f /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -f /boot/efi/loader/random-seed /efi/loader/random-seed
: >/etc/machine-id
if [ -d /var/lib/dbus ]; then ln -sfn /etc/machine-id /var/lib/dbus/machine-id; fi

# 5. Is it clean? The verdict is on the serial console, one JSON line per check.
if ! /bin/sh /run/hnf/seal-check.sh / >/run/hnf/seal-check.json; then
  while read -r line; do say "::seal=$line"; done </run/hnf/seal-check.json
  exit 1
fi
while read -r line; do say "::seal=$line"; done </run/hnf/seal-check.json

# 6. Give the freed blocks back. Not on every hypervisor there is something that takes them.
sync
fstrim -av >/dev/null 2>&1 || true
say '::sealed'
systemctl poweroff
