#!/bin/sh
# Runs inside a throw-away boot of an image and tells what it sees; the host judges (src/lab/verify/checks.ts).
#   check.sh NONCE SERIAL WAIT_SECONDS
# NONCE marks our lines on the report port. SERIAL is the serial number of the disk that the host plugs in once we say "ready":
# the artifact itself, read-only, as nobody has booted it. Every fact is one line: hnf1 NONCE NUMBER ID TEXT.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin

NONCE=$1
SERIAL=$2
WAIT_SECONDS=$3
WORK=/run/hnf-verify
MAX_BYTES=6000
P=$WORK/none
DONE=no

# --- the report port -----------------------------------------------------------------------------------------------
# Starting a program costs most in an emulated guest, so facts are kept in files and sent by one awk at the end.

PORT=/dev/ttyS1
if [ -c /dev/virtio-ports/hnf.report ]; then PORT=/dev/virtio-ports/hnf.report; fi
stty -F "$PORT" raw -echo clocal 115200 2>/dev/null
exec 3>"$PORT"

# fact ID TEXT
fact() {
  printf '%s' "$2" >"$WORK/facts/$1"
}

# One line per fact; a percent sign is written %25, the end of a line %0A. The names of facts begin with a letter.
send_facts() {
  cd "$WORK/facts" || exit 1
  # shellcheck disable=SC2035
  awk -v nonce="$NONCE" -v max="$MAX_BYTES" 'BEGIN {
    for (i = 1; i < ARGC; i++) {
      text = ""
      separator = ""
      while ((getline line < ARGV[i]) > 0 && length(text) < max) {
        gsub(/[[:cntrl:]]/, " ", line)
        gsub(/%/, "%25", line)
        text = text separator line
        separator = "%0A"
      }
      close(ARGV[i])
      printf "hnf1 %s %d %s %s\n", nonce, i + 1, ARGV[i], substr(text, 1, max)
    }
    printf "hnf1 %s %d end %d\n", nonce, ARGC + 1, ARGC
  }' * >&3
}

finish() {
  if [ "$DONE" = no ]; then printf 'hnf1 %s 0 abort exit code %s\n' "$NONCE" "$1" >&3; fi
}
trap 'finish $?' EXIT

# --- small helpers -------------------------------------------------------------------------------------------------

# Those of the paths that exist, as they are called in the image.
listed() {
  for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\n' "${path#"$P"}"; fi
  done
}

# The same, without empty files.
filled() {
  for path in "$@"; do
    if [ -s "$path" ]; then printf '%s\n' "${path#"$P"}"; fi
  done
}

# Lines of files that match, without comments: matching REGEX FILE…
matching() {
  expression=$1
  shift
  for path in "$@"; do
    shift
    if [ -f "$path" ]; then set -- "$@" "$path"; fi
  done
  if [ $# -eq 0 ]; then return 0; fi
  EXPRESSION=$expression BELOW=$P awk '!/^[[:space:]]*(#|\/\/)/ && $0 ~ ENVIRON["EXPRESSION"] {
    name = FILENAME
    if (index(name, ENVIRON["BELOW"]) == 1) name = substr(name, length(ENVIRON["BELOW"]) + 1)
    sub(/^[[:space:]]+/, "")
    print name ": " $0
  }' "$@"
}

# Names of the kernel drivers from a device upwards.
drivers_of() {
  device=$(readlink -f "$1/device" 2>/dev/null)
  while [ -n "$device" ] && [ "$device" != /sys ] && [ "$device" != / ]; do
    if [ -L "$device/driver" ]; then
      driver=$(readlink "$device/driver")
      printf '%s\n' "${driver##*/}"
    fi
    device=${device%/*}
  done
}

key_sums() {
  sha256sum "$@" 2>/dev/null | cut -c1-32
}

# --- the artifact as it is -----------------------------------------------------------------------------------------

find_plugged_disk() {
  tries=0
  while [ "$tries" -lt 300 ]; do
    for page in /sys/block/sd*/device/vpd_pg80; do
      if grep -aqs "$SERIAL" "$page"; then
        name=${page#/sys/block/}
        printf '/dev/%s\n' "${name%%/*}"
        return 0
      fi
    done
    tries=$((tries + 1))
    sleep 0.2
  done
  return 1
}

# Mounts every file system of the disk below $WORK/parts, read-only and without replaying a journal.
mount_parts() {
  disk=$1
  udevadm settle --timeout=20 2>/dev/null
  parts=$(ls "$disk"?* 2>/dev/null)
  for part in ${parts:-$disk}; do
    type=$(blkid -p -o value -s TYPE "$part" 2>/dev/null)
    case $type in
      ext2 | ext3 | ext4) options=ro,noload ;;
      xfs) options=ro,norecovery,nouuid ;;
      vfat) options=ro ;;
      *) options= ;;
    esac
    result=unused
    directory=$WORK/parts/${part##*/}
    if [ -n "$options" ]; then
      mkdir -p "$directory"
      result=failed
      if mount -t "$type" -o "$options" "$part" "$directory" 2>/dev/null; then result=mounted; fi
      if [ -e "$directory/etc/os-release" ] || [ -L "$directory/etc/os-release" ]; then
        P=$directory
        result=root
        ROOT_PART=$part
        ROOT_TYPE=$type
      fi
    fi
    printf '%s %s %s\n' "${part##*/}" "${type:-unknown}" "$result"
  done >"$WORK/parts.txt"
}

# What the image's own fstab mounts below the root goes where it belongs: the logs may lie on a partition of their own. One line each:
# place, type, bytes, device. The boot loaders' partitions are looked at one by one.
mount_below() {
  awk '!/^[[:space:]]*#/ && $1 ~ /^UUID=|\/by-uuid\// && $2 ~ /^\/./ && $2 !~ /^\/boot(\/|$)/ {
    uuid = $1
    sub(/^UUID=|^.*\/by-uuid\//, "", uuid)
    gsub(/"/, "", uuid)
    print $2, uuid
  }' "$P/etc/fstab" 2>/dev/null | sort | while read -r place uuid; do
    for directory in "$WORK"/parts/*; do
      device=/dev/${directory##*/}
      if [ "$(blkid -p -o value -s UUID "$device" 2>/dev/null)" = "$uuid" ] && mount --bind "$directory" "$P$place" 2>/dev/null; then
        type=$(awk -v name="${device##*/}" '$1 == name { print $2 }' "$WORK/parts.txt")
        printf '%s %s %s %s\n' "$place" "$type" "$(blockdev --getsize64 "$device")" "$device"
      fi
    done
  done >"$WORK/file-systems.txt"
}

report_disk() {
  if [ -z "$ROOT_PART" ]; then return 0; fi
  case $ROOT_TYPE in
    ext*)
      fact pristine.clean "$(for part in "$ROOT_PART" $(cut -d' ' -f4 "$WORK/file-systems.txt"); do
        dumpe2fs -h "$part" 2>/dev/null | grep -E '^Filesystem (state|features)'
      done)"
      ;;
    *) fact pristine.clean "not told by $ROOT_TYPE" ;;
  esac
  fact pristine.file-systems "$(cut -d' ' -f1-3 "$WORK/file-systems.txt")"
}

report_credentials() {
  # Never the hashes themselves.
  fact pristine.shadow "$(awk -F: '{
    kind = "hash"
    if ($2 == "") kind = "empty"
    else if ($2 ~ /^[!*]/) kind = ($2 ~ /\$/) ? "locked-hash" : "locked"
    print $1, kind }' "$P/etc/shadow" 2>&1)"
  fact pristine.users "$(awk -F: '{ print $1, $3, $7 }' "$P/etc/passwd" 2>&1)"
  fact pristine.homes "$(listed "$P"/home/*)"
  fact pristine.sudoers "$(matching 'NOPASSWD' "$P/etc/sudoers" "$P"/etc/sudoers.d/*)"
  fact pristine.ssh-user-keys "$(filled "$P"/root/.ssh/authorized_keys* "$P"/root/.ssh/id_* "$P"/home/*/.ssh/authorized_keys* \
    "$P"/home/*/.ssh/id_* "$P"/etc/ssh/authorized_keys*)"
}

report_identity() {
  if [ -e "$P/etc/machine-id" ]; then fact pristine.machine-id "content:$(cat "$P/etc/machine-id")"; else fact pristine.machine-id absent; fi
  if [ -L "$P/var/lib/dbus/machine-id" ]; then fact pristine.dbus-machine-id link; else
    fact pristine.dbus-machine-id "$(cat "$P/var/lib/dbus/machine-id" 2>/dev/null)"
  fi
  fact pristine.ssh-host-keys "$(listed "$P"/etc/ssh/ssh_host_*)"
  fact pristine.ssh-host-key-sums "$(key_sums "$P"/etc/ssh/ssh_host_*_key.pub)"
  fact pristine.random-seed "$(filled "$P/var/lib/systemd/random-seed" "$P/var/lib/systemd/credential.secret" "$P"/boot/efi/loader/random-seed)"
  fact pristine.leases "$(filled "$P"/var/lib/dhcp/*.leases "$P"/var/lib/dhclient/*.lease* "$P"/var/lib/NetworkManager/*.lease \
    "$P"/var/lib/systemd/network/* "$P"/var/lib/dhcpcd/*.lease; listed "$P"/etc/netplan/50-cloud-init.yaml \
    "$P"/etc/netplan/00-installer-config*.yaml "$P"/etc/network/interfaces.d/50-cloud-init* "$P"/etc/systemd/network/10-cloud-init-* \
    "$P"/etc/udev/rules.d/70-persistent-net.rules "$P"/etc/sysconfig/network-scripts/ifcfg-e[nt]* \
    "$P"/etc/NetworkManager/system-connections/*)"
}

report_cloud_init() {
  fact pristine.cloud-init-state "$(listed "$P"/var/lib/cloud/instance "$P"/var/lib/cloud/instances/* "$P"/var/lib/cloud/data/* \
    "$P"/var/lib/cloud/sem/* "$P"/var/lib/cloud/seed/*/* "$P"/var/log/cloud-init*.log)"
  fact pristine.cloud-init-disabled "$(listed "$P/etc/cloud/cloud-init.disabled" "$P/etc/cloud/cloud.cfg.d/99-installer.cfg" \
    "$P"/etc/cloud/cloud.cfg.d/subiquity-* "$P"/etc/cloud/cloud.cfg.d/curtin-* "$P/etc/systemd/system/cloud-init.service")"
  source=
  snippet=
  for path in "$P/etc/cloud/cloud.cfg" "$P"/etc/cloud/cloud.cfg.d/*.cfg; do
    if [ -f "$path" ]; then
      found=$(awk '/^datasource_list[ \t]*:/ { inside = 1; print; next } inside && /^([ \t]|-|\])/ { print; next } { inside = 0 }' "$path")
      if [ -n "$found" ]; then
        source=${path#"$P"}
        snippet=$found
      fi
    fi
  done
  fact pristine.datasource-list "${source:+# $source
$snippet}"
}

report_node() {
  fact pristine.ssm "$(listed "$P"/var/lib/amazon/ssm/registration "$P"/var/lib/amazon/ssm/Vault/Store/* "$P"/var/lib/amazon/ssm/i-* \
    "$P"/var/lib/amazon/ssm/mi-* "$P"/var/snap/amazon-ssm-agent/*/registration "$P"/var/snap/amazon-ssm-agent/common/*/registration)"
  fact pristine.aws "$(listed "$P/root/.aws" "$P"/home/*/.aws "$P/eks-hybrid/.aws" "$P/etc/aws/hybrid")"
  fact pristine.kubelet "$(listed "$P"/var/lib/kubelet/pki/* "$P"/var/lib/kubelet/kubeconfig "$P"/var/lib/kubelet/bootstrap-kubeconfig \
    "$P"/etc/kubernetes/pki/* "$P"/etc/kubernetes/kubelet/* "$P"/etc/kubernetes/*.conf "$P"/etc/eks/kubelet/* \
    "$P"/etc/iam/pki/*)"
  fact pristine.nodeconfig "$(listed "$P"/etc/hybrid-node/nodeconfig* "$P"/etc/hybrid-node/*.pem "$P"/etc/hybrid-node/*.key "$P"/etc/hybrid-node/joined)"
  fact pristine.join-state "$(listed "$P"/var/lib/hybrid-node/*)"
  fact pristine.join-files "$(
    for path in "$P"/etc/systemd/system/hybrid-node-join*.service "$P/usr/local/lib/hybrid-node/join" \
      "$P"/usr/local/lib/hybrid-node/join.d/*; do
      if [ -f "$path" ]; then printf '%s %s\n' "$(stat -c '%a %u:%g' "$path")" "${path#"$P"}"; fi
    done
  )"
  fact pristine.tracker "$(cat "$P/opt/nodeadm/tracker" 2>/dev/null)"
  fact pristine.release "$(cat "$P/etc/hybrid-node-release" 2>/dev/null)"
}

report_leftovers() {
  fact pristine.swap "$(
    matching '^[^[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' "$P/etc/fstab"
    listed "$P"/swapfile "$P"/swap.img "$P"/swap "$P"/etc/systemd/system/*.swap "$P"/etc/systemd/zram-generator.conf
    grep ' swap ' "$WORK/parts.txt"
  )"
  boot_files=
  for part in "$WORK"/parts/*; do
    for path in "$part"/boot/grub*/grub.cfg "$part"/boot/grub*/grubenv "$part"/grub*/grub.cfg "$part"/grub*/grubenv \
      "$part"/boot/loader/entries/*.conf "$part"/loader/entries/*.conf "$part"/EFI/*/grub.cfg "$part"/syslinux/*.cfg "$part"/*.cfg \
      "$part"/boot/extlinux/*.conf "$part"/etc/default/grub "$part"/etc/default/grub.d/*.cfg "$part"/etc/kernel/cmdline; do
      if [ -f "$path" ]; then boot_files="$boot_files $path"; fi
    done
  done
  # Our own paths have no spaces, so the list may be split into words.
  # shellcheck disable=SC2086
  fact pristine.boot-files "$(printf '%s\n' $boot_files | sed "s|^$WORK/parts||")"
  # shellcheck disable=SC2086
  fact pristine.boot-words "$(matching '(^|[[:space:]"'\''=])(ds=|autoinstall([[:space:]"'\'']|$)|inst\.[a-z]+|ks=|cloud-config-url=|network-config=)' $boot_files)"
  fact pristine.build-network "$(
    matching '10\.0\.2\.[0-9]|https?://(127\.|localhost)' "$P/etc/apt/apt.conf" "$P"/etc/apt/apt.conf.d/* "$P/etc/apt/sources.list" \
      "$P"/etc/apt/sources.list.d/* "$P/etc/yum.conf" "$P/etc/dnf/dnf.conf" "$P"/etc/yum.repos.d/* "$P/etc/environment" "$P/etc/hosts" \
      "$P"/etc/profile.d/* "$P"/etc/systemd/system/*.d/*.conf "$P"/etc/systemd/system.conf.d/* "$P/etc/wgetrc" "$P/root/.curlrc"
  )"
  if [ -L "$P/etc/resolv.conf" ]; then fact pristine.resolver "link $(readlink "$P/etc/resolv.conf")"; else
    fact pristine.resolver "$(matching '^nameserver' "$P/etc/resolv.conf" "$P/etc/.resolv.conf.systemd-resolved.bak")"
  fi
  fact pristine.log-kib "$(du -sk "$P/var/log" 2>/dev/null | cut -f1)"
  fact pristine.log-files "$(find "$P/var/log" -xdev -type f -size +0 2>/dev/null | head -n 40 | sed "s|^$P||")"
  fact pristine.history "$(
    filled "$P"/root/.*_history "$P"/root/.viminfo "$P"/root/.lesshst "$P"/root/.wget-hsts "$P"/home/*/.*_history
    listed "$P"/root/.gnupg "$P"/root/.cache "$P"/etc/passwd- "$P"/etc/shadow- "$P"/etc/group- "$P"/etc/gshadow-
  )"
  fact pristine.tmp "$(find "$P/tmp" "$P/var/tmp" -xdev -mindepth 1 -maxdepth 1 ! -name 'systemd-private-*' ! -name '.*-unix' 2>/dev/null |
    head -n 40 | sed "s|^$P||")"
}

# --- the image as it came up ---------------------------------------------------------------------------------------

wait_for_boot() {
  waited=0
  while [ ! -s /run/cloud-init/result.json ] && [ "$waited" -lt "$WAIT_SECONDS" ]; do
    sleep 1
    waited=$((waited + 1))
  done
  settled=0
  while [ "$(systemctl is-system-running 2>/dev/null)" = starting ] && [ "$settled" -lt 30 ]; do
    sleep 1
    settled=$((settled + 1))
  done
}

report_root() {
  numbers=$(findmnt -nro MAJ:MIN /)
  device=$(readlink -f "/sys/dev/block/$numbers")
  for slave in "$device"/slaves/*; do
    if [ -e "$slave" ]; then device=$(readlink -f "$slave"); fi
  done
  partition=$device
  if [ -e "$device/partition" ]; then device=${device%/*}; fi
  disk=/sys/block/${device##*/}
  fact booted.root "disk $(($(cat "$disk/size") * 512))
partition $(($(cat "$partition/size") * 512))
start $(($(cat "$partition/start" 2>/dev/null || echo 0) * 512))
filesystem $(df -B1 --output=size / | tail -n 1 | tr -d ' ')"
  fact booted.root-drivers "$(drivers_of "$disk")"
}

report_network() {
  fact booted.network "$(
    for interface in /sys/class/net/*; do
      if [ -e "$interface/device" ]; then
        name=${interface##*/}
        address=$(ip -4 -o addr show dev "$name" scope global 2>/dev/null | awk '{ print $4; exit }')
        printf '%s %s %s\n' "$name" "$(drivers_of "$interface" | head -n 1)" "${address:-no-address}"
      fi
    done
  )"
}

report_programs() {
  for name in nodeadm kubelet containerd; do
    case $name in
      nodeadm) argument=version ;;
      *) argument=--version ;;
    esac
    if command -v "$name" >/dev/null 2>&1; then
      fact "program.$name" "$(timeout 90 "$name" "$argument" 2>&1 | head -n 5)"
    else
      fact "program.$name" absent
    fi
  done
}

report_containerd() {
  if [ -n "$(systemctl cat containerd.service 2>/dev/null)" ]; then
    timeout 90 systemctl start containerd.service >/dev/null 2>&1
    fact booted.containerd "$(systemctl is-active containerd.service 2>&1)"
  else
    fact booted.containerd absent
  fi
}

report_boot() {
  fact booted.cloud-init "$(cat /run/cloud-init/result.json 2>/dev/null)"
  fact booted.command-line "$(cat /proc/cmdline)"
  fact booted.machine-id "$(cat /etc/machine-id 2>/dev/null)"
  fact booted.ssh-host-key-sums "$(key_sums /etc/ssh/ssh_host_*_key.pub)"
  fact booted.swap "$(tail -n +2 /proc/swaps)"
  if [ -d /sys/firmware/efi ]; then fact booted.firmware uefi; else fact booted.firmware bios; fi
  fact booted.kernel "$(uname -r)"
  fact booted.units "$(systemctl is-system-running 2>/dev/null)
$(systemctl list-units --state=failed --no-legend --plain 2>/dev/null | awk '{ print $1 }')"
  fact booted.join "$(systemctl show -p LoadState,UnitFileState,ActiveState,Result,ConditionResult,NeedDaemonReload hybrid-node-join.service 2>&1)"
  fact booted.order "$(journalctl -b -o cat 2>/dev/null | grep -i 'ordering cycle' | head -n 10)"
  fact booted.login "$(systemctl show -p Id -p ActiveEnterTimestampMonotonic getty.target ssh.service sshd.service ssh.socket |
    awk -F= '$1 == "Id" { id = $2 } $1 != "Id" && $2 > 0 { at = $2 } /^$/ { if (at) print id, at; at = 0 } END { if (at) print id, at }')"
}

# --- all of it -----------------------------------------------------------------------------------------------------

rm -rf "$WORK/facts"
mkdir -p "$WORK/parts" "$WORK/facts"
ROOT_PART=
ROOT_TYPE=
printf 'hnf1 %s 1 ready %s\n' "$NONCE" "$(cut -d' ' -f1 /proc/uptime)" >&3
PLUGGED=$(find_plugged_disk)
if [ -n "$PLUGGED" ]; then
  mount_parts "$PLUGGED"
  fact pristine.parts "$(cat "$WORK/parts.txt")"
  fact pristine.bytes "$(blockdev --getsize64 "$PLUGGED")"
else
  fact pristine.parts "the disk did not appear"
fi
if [ -n "$ROOT_PART" ]; then
  mount_below
  report_disk
  report_credentials
  report_identity
  report_cloud_init
  report_node
  report_leftovers
fi
report_programs
wait_for_boot
report_containerd
report_boot
report_root
report_network
send_facts
DONE=yes
