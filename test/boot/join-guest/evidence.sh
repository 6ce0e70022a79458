#!/bin/sh
# Runs in every boot of a test's machine: /etc/hnf-evidence/boot-N.sh tells what to do in boot N and what to report.
# A report is a line `hnfj NAME BASE64` on the second serial port; `hnfj end` comes last.
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
port=/dev/ttyS1
stty -F "$port" raw -echo clocal 115200 2>/dev/null
exec 3>"$port"

# NAME COMMAND…; both outputs, and the exit code where it is not 0.
section() {
  name=$1
  shift
  output=$("$@" 2>&1) || output="$output
exit code $?"
  printf 'hnfj %s %s\n' "$name" "$(printf '%s' "$output" | base64 -w 0)" >&3
}

# SECONDS COMMAND…
wait_for() {
  left=$1
  shift
  while ! "$@" >/dev/null 2>&1; do
    left=$((left - 2))
    [ "$left" -gt 0 ] || return 1
    sleep 2
  done
}

journal() { journalctl -b -o cat --no-pager SYSLOG_IDENTIFIER=hybrid-node-join; }
has_said() { journal | grep -q -- "$1"; }
is_settled() { [ -s /run/cloud-init/result.json ] && [ "$(systemctl is-system-running)" != starting ]; }
unit() { systemctl show -p LoadState -p UnitFileState -p ActiveState -p SubState -p ConditionResult -p Result hybrid-node-join.service; }
cycles() { journalctl -b -o cat --no-pager | grep -i 'ordering cycle' || true; }
keys() { cat /etc/ssh/ssh_host_*_key.pub | sha256sum; }
holders() { grep -rlF -- "$1" /etc /var /root /run /home /tmp /usr/local/lib /usr/local/bin/nodeadm 2>/dev/null || true; }
said() { journalctl --no-pager | grep -cF -- "$1" || true; }

folder=/etc/hnf-evidence
count=$(($(cat "$folder/count" 2>/dev/null || echo 0) + 1))
echo "$count" >"$folder/count"
section boot echo "$count"
# shellcheck disable=SC1090
. "$folder/boot-$count.sh"
section cycles cycles
section failed-units systemctl list-units --state=failed --no-legend --plain
printf 'hnfj end %s\n' "$(printf '%s' "$count" | base64 -w 0)" >&3
sync
systemctl poweroff
