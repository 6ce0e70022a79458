#!/bin/sh
# Is the disk that is mounted at ROOT (default /) fit to be cloned? Prints one JSON object per check, in a fixed order,
# and exits with 1 if one failed. Only reads. For a disk that has not been booted since it was sealed: a boot makes
# host keys, a machine-id and logs, as it should. Plain POSIX shell, find, grep, sed: an initramfs can run it as well.
set -u

root=${1:-/}
root=${root%/}
failed=0

string() {
  printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g' | cut -c 1-300
}

report() { # ID STATUS EXPECTED SAW
  printf '{"id":"%s","status":"%s","expected":"%s","saw":"%s"}\n' "$1" "$2" "$3" "$(string "$4")"
  if [ "$2" = fail ]; then failed=1; fi
}

# EXPECTED is fulfilled if SAW is empty.
expect_none() { # ID EXPECTED SAW
  if [ -z "$3" ]; then report "$1" pass "$2" none; else report "$1" fail "$2" "$3"; fi
}

existing() { # patterns below root, quoted by the caller; prints those that exist
  for pattern in "$@"; do
    for path in "$root"$pattern; do
      if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\n' "${path#"$root"}"; fi
    done
  done
}

files_below() { # folder, find arguments
  folder=$root$1
  shift
  if [ -d "$folder" ]; then find "$folder" -xdev "$@" 2>/dev/null | sed "s|^$root/|/|"; fi
}

matching() { # ERE, patterns; prints files that have a matching line
  expression=$1
  shift
  for pattern in "$@"; do
    for path in "$root"$pattern; do
      if [ -f "$path" ] && grep -Eq -- "$expression" "$path" 2>/dev/null; then printf '%s\n' "${path#"$root"}"; fi
    done
  done
}

check_build_user() {
  expect_none build-user 'no account, home or sudo rule of the build user' "$(
    matching '(^|[^a-z-])hnf-build([^a-z-]|$)' '/etc/passwd*' '/etc/shadow*' '/etc/group*' '/etc/gshadow*' '/etc/subuid*' \
      '/etc/subgid*' '/etc/sudoers' '/etc/sudoers.d/*' '/etc/hosts' '/etc/hostname'
    existing /home/hnf-build /var/mail/hnf-build /var/spool/mail/hnf-build /etc/sudoers.d/90-cloud-init-users
  )"
}

check_passwords() {
  if [ -r "$root/etc/shadow" ]; then
    expect_none passwords 'every password is locked' \
      "$(sed -n -E 's/^([^:]*):([^!*:][^:]*)?:.*/\1/p' "$root/etc/shadow")"
  else
    report passwords fail 'every password is locked' 'no readable /etc/shadow'
  fi
}

check_authorized_keys() {
  expect_none authorized-keys 'no key is allowed in' \
    "$(existing '/root/.ssh/authorized_keys*' '/home/*/.ssh/authorized_keys*' '/etc/ssh/authorized_keys*')"
}

check_machine_id() {
  expected='an empty /etc/machine-id'
  if [ ! -f "$root/etc/machine-id" ]; then
    report machine-id fail "$expected" 'there is no such file'
  elif [ -s "$root/etc/machine-id" ]; then
    report machine-id fail "$expected" "$(cat "$root/etc/machine-id")"
  elif [ -f "$root/var/lib/dbus/machine-id" ] && [ ! -L "$root/var/lib/dbus/machine-id" ]; then
    report machine-id fail "$expected" '/var/lib/dbus/machine-id is a file of its own'
  else
    report machine-id pass "$expected" empty
  fi
}

check_host_keys() {
  expect_none ssh-host-keys 'no SSH host key' "$(existing '/etc/ssh/ssh_host_*')"
  expected='a unit that makes host keys is enabled'
  unit=/etc/systemd/system/multi-user.target.wants/hnf-ssh-hostkeys.service
  if [ -L "$root$unit" ]; then
    report ssh-host-key-unit pass "$expected" "$unit"
  else
    report ssh-host-key-unit fail "$expected" 'not enabled'
  fi
}

check_cloud_init() {
  expect_none cloud-init-state 'cloud-init has run on no instance' \
    "$(existing /var/lib/cloud/instance '/var/lib/cloud/instances/*' '/var/lib/cloud/data/*' '/var/lib/cloud/sem/*' \
      '/var/lib/cloud/seed/*' /etc/cloud/cloud-init.disabled)"
  expected='datasource_list: [ NoCloud, ConfigDrive, VMware, OVF, None ]'
  # As in seal.sh.
  if [ -z "$(find "$root"/usr/lib/python3* -name DataSourceVMware.py 2>/dev/null)" ]; then
    expected='datasource_list: [ NoCloud, ConfigDrive, OVF, None ]'
  fi
  # cloud-init merges the files in this order; the last list wins.
  saw=$(LC_ALL=C && for file in "$root"/etc/cloud/cloud.cfg "$root"/etc/cloud/cloud.cfg.d/*.cfg; do
    grep -h '^datasource_list:' "$file" 2>/dev/null
  done | tail -n 1)
  if [ "$saw" = "$expected" ]; then
    report cloud-init-datasources pass "$expected" "$saw"
  else
    report cloud-init-datasources fail "$expected" "${saw:-no list}"
  fi
}

check_logs() {
  expect_none logs 'no log of the build' "$(files_below /var/log -type f -size +0 | head -n 10)"
  expect_none temporary-files 'nothing temporary, no history, no backup of an account file' "$(
    files_below /tmp -mindepth 1 ! -path '*/systemd-private-*' ! -path '*/.*-unix*' | head -n 5
    files_below /var/tmp -mindepth 1 ! -path '*/systemd-private-*' | head -n 5
    existing '/root/.bash_history' '/home/*/.bash_history' /root/.gnupg /root/.cache /etc/passwd- /etc/shadow- \
      /etc/group- /etc/gshadow- /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
  )"
}

check_swap() {
  expect_none swap 'no swap' "$(
    matching '^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]' /etc/fstab
    existing /swapfile /swap.img
    if [ -z "$root" ]; then tail -n +2 /proc/swaps; fi
  )"
}

check_kernel_command_line() {
  expect_none kernel-command-line 'no ds=, autoinstall or inst. on the kernel command line' "$(
    matching '^[^#]*[[:space:]"](ds=|autoinstall([[:space:]"]|$)|inst\.|ks=)' /etc/default/grub '/etc/default/grub.d/*' \
      /boot/grub/grub.cfg /boot/grub2/grub.cfg '/boot/loader/entries/*' '/boot/efi/loader/entries/*' \
      '/boot/efi/*.cfg' '/boot/efi/syslinux/*.cfg' '/boot/efi/EFI/*/grub.cfg' /etc/kernel/cmdline
  )"
}

check_registration() {
  expect_none registration 'nothing registered this machine' "$(
    existing /var/lib/amazon/ssm/registration '/var/lib/amazon/ssm/Vault/Store/*' \
      '/var/snap/amazon-ssm-agent/common/*/registration' /root/.aws /eks-hybrid /etc/aws/hybrid /var/lib/kubelet/pki \
      /var/lib/kubelet/kubeconfig /etc/kubernetes/kubelet/config.json /etc/kubernetes/pki /etc/iam/pki \
      '/etc/hybrid-node/nodeconfig.yaml*' '/var/lib/hybrid-node/*' /etc/eks/kubelet/environment
  )"
}

check_subscription() {
  expect_none subscription 'not registered with Red Hat' "$(
    existing '/etc/pki/consumer/*.pem' '/etc/pki/entitlement/*.pem' '/etc/rhsm/facts/*' '/var/lib/rhsm/cache/*' \
      /etc/insights-client/machine-id /etc/insights-client/.registered
    matching '^\[' /etc/yum.repos.d/redhat.repo
    matching '^[[:space:]]*proxy_(user|password)[[:space:]]*=[[:space:]]*[^[:space:]]' /etc/rhsm/rhsm.conf
  )"
}

check_resolver() {
  expected='no resolver of the build'
  backup=/etc/.resolv.conf.systemd-resolved.bak
  if [ -e "$root$backup" ]; then
    report resolver fail "$expected" "$backup"
  elif [ -L "$root/etc/resolv.conf" ]; then
    report resolver pass "$expected" "a link to $(readlink "$root/etc/resolv.conf")"
  else
    expect_none resolver "$expected" "$(grep -s '^nameserver' "$root/etc/resolv.conf")"
  fi
}

check_package_settings() {
  expect_none package-settings 'no proxy, mirror setting or package list of the build' "$(
    existing /etc/apt/apt.conf.d/00-hnf-build '/var/cache/apt/archives/*.deb' '/var/lib/apt/lists/*_Packages*'
    # A profile's proxy is the image's own; the file names what it put in place.
    kept=$root/etc/hybrid-node/profile-files
    [ -f "$kept" ] || kept=/dev/null
    matching '^[^#]*::[Pp]roxy[[:space:]"]' '/etc/apt/apt.conf' '/etc/apt/apt.conf.d/*' | grep -vxF -f "$kept"
    existing /etc/apt/apt.conf.d/zz-hnf-build /var/lib/hnf-profile
    matching '^# hnf-build' /etc/dnf/dnf.conf
  )"
}

check_network() {
  expect_none network 'no address, lease or interface name of the build machine' "$(
    existing '/etc/netplan/50-cloud-init.yaml' '/etc/network/interfaces.d/50-cloud-init*' \
      '/etc/systemd/network/10-cloud-init-*' '/etc/NetworkManager/system-connections/cloud-init-*' \
      /etc/udev/rules.d/70-persistent-net.rules '/var/lib/dhcp/*.lease*' '/var/lib/NetworkManager/*.lease'
    matching '^(interface-name|mac-address)=' '/etc/NetworkManager/system-connections/*'
    matching '^(HWADDR=|DEVICE="?[^l])' '/etc/sysconfig/network-scripts/ifcfg-*'
  )"
}

check_installer() {
  expect_none installer 'nothing an installer left for its own machine' "$(
    existing '/etc/cloud/cloud.cfg.d/*-installer.cfg' '/etc/cloud/cloud.cfg.d/*-installer-network.cfg' \
      '/etc/cloud/cloud.cfg.d/*curtin*.cfg' '/etc/cloud/cloud.cfg.d/*subiquity*.cfg' \
      '/etc/cloud/cloud.cfg.d/20-disable-cc-dpkg-grub.cfg' '/etc/cloud/clean.d/99-installer' \
      '/etc/netplan/*installer*.yaml' '/var/log/installer/*' '/root/anaconda-ks.cfg' '/root/original-ks.cfg'
    matching '^policy: enabled$' /etc/cloud/ds-identify.cfg
    matching '^deb cdrom:' /etc/apt/sources.list
  )"
}

check_nodeadm() {
  expected='nodeadm and its tracker'
  if [ ! -e "$root/usr/local/bin/nodeadm" ] && [ ! -e "$root/opt/nodeadm" ]; then
    report tracker skip "$expected" 'a base layer, without nodeadm'
  elif [ -s "$root/opt/nodeadm/tracker" ]; then
    report tracker pass "$expected" "$(cat "$root/opt/nodeadm/tracker")"
  else
    report tracker fail "$expected" 'no /opt/nodeadm/tracker'
  fi
}

check_join_unit() {
  expected='the unit that joins the machine is enabled, with its script'
  library=/usr/local/lib/hybrid-node
  if [ ! -e "$root/usr/local/bin/nodeadm" ] && [ ! -e "$root/opt/nodeadm" ]; then
    report join-unit skip "$expected" 'a base layer, without nodeadm'
    return 0
  fi
  for path in /etc/systemd/system/hybrid-node-join.service /etc/systemd/system/hybrid-node-join-again.service \
    "$library/join" "$library/join.d/config.sh" "$library/join.d/init.sh" "$library/join.d/network.sh" \
    "$library/join.d/scrub.sh" "$library/join.d/state.sh" "$library/join.d/steps.sh"; do
    if [ ! -s "$root$path" ]; then
      report join-unit fail "$expected" "no $path"
      return 0
    fi
  done
  if [ -L "$root/etc/systemd/system/multi-user.target.wants/hybrid-node-join.service" ]; then
    report join-unit pass "$expected" enabled
  else
    report join-unit fail "$expected" 'not enabled'
  fi
}

check_build_user
check_passwords
check_authorized_keys
check_machine_id
check_host_keys
check_cloud_init
check_logs
check_swap
check_kernel_command_line
check_registration
check_subscription
check_resolver
check_package_settings
check_network
check_installer
check_nodeadm
check_join_unit
exit "$failed"
