#!/bin/sh
# Base layer, RHEL 8, RHEL 9 and Amazon Linux 2023: updates, packages, an initramfs for any machine. install-base.sh,
# which is the same for all systems, comes after it. Run again, it changes nothing.
set -eu
export HOME=/root

set -f # a package name is a word, never a pattern
packages=${HNF_PACKAGES:-}
# shellcheck disable=SC1091 # the guest has it
system=$(. /etc/os-release && echo "$ID")
machine=$(uname -m)

die() {
  echo "install-base-rpm: $*" >&2
  exit 1
}

# Mirrors fail for moments; dnf's own retries end with the first one that answers wrongly.
dnf_retry() {
  attempt=1
  until dnf -q -y --setopt=retries=10 --setopt=timeout=60 "$@"; do
    [ "$attempt" -lt 4 ] || die "dnf $* failed four times"
    echo "dnf $1 failed, once more in $((attempt * 15)) seconds"
    sleep $((attempt * 15))
    attempt=$((attempt + 1))
  done
}

is_installed() { rpm -q "$1" >/dev/null 2>&1; }

is_offered() { is_installed "$1" || dnf -q list --available "$1" >/dev/null 2>&1; }

echo '::phase=updates limit=60'
# Amazon Linux stays in the release its image was made for; the image's address decides which that is.
dnf_retry upgrade

echo '::phase=packages limit=60'
# Docker's containerd.io conflicts with runc. And with runc and containerd both there, nodeadm would take containerd for
# somebody else's and never upgrade it.
for package in podman buildah runc; do
  if is_installed "$package"; then dnf_retry remove "$package"; fi
done
# One of them may be what makes the initramfs fit its own cloud only.
for package in dracut-config-ec2 dracut-config-rescue; do
  if is_installed "$package"; then dnf_retry remove "$package"; fi
done

needed='cloud-init cloud-utils-growpart openssh-server sudo ca-certificates chrony iptables tar'
# curl-minimal, where that is what the vendor ships, conflicts with curl.
if ! command -v curl >/dev/null; then needed="$needed curl"; fi
if [ "$system" = rhel ]; then needed="$needed qemu-guest-agent dracut-config-generic container-selinux"; fi
# VMware's machines are x86; RHEL 8 has the tools for nothing else.
if [ "$machine" = x86_64 ]; then needed="$needed open-vm-tools"; fi
# shellcheck disable=SC2086 # one word per package
dnf_retry install $needed $packages
# Not in every release of Amazon Linux.
for package in qemu-guest-agent dracut-config-generic container-selinux; do
  if is_installed "$package"; then continue; fi
  if is_offered "$package"; then dnf_retry install "$package"; else echo "$package: not offered, left out"; fi
done

# An absent package of languages shows only when somebody logs in.
locale=${HNF_LOCALE:-}
case $locale in
  '' | C | C.* | POSIX) ;;
  *)
    if ! locale -a | tr -d - | grep -qix "$(printf '%s' "$locale" | tr -d -)"; then
      dnf_retry install "glibc-langpack-${locale%%_*}"
    fi
    locale -a | tr -d - | grep -qix "$(printf '%s' "$locale" | tr -d -)" ||
      die "locale '$locale' does not exist in the image: choose another"
    ;;
esac
if [ -n "$locale" ]; then echo "LANG=$locale" >/etc/locale.conf; fi

echo '::phase=boot limit=20'
# The initramfs of an installed RHEL, and of some vendors' images, holds what their own machine needs.
kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
kernel=${kernel##*/}
has_module() { modinfo -k "$kernel" "$1" >/dev/null 2>&1; }

if [ "$system" = amzn ] && ! { has_module vmw_pvscsi && has_module vmxnet3; }; then
  extra=$(rpm -qf --qf '%{NAME}' "/lib/modules/$kernel/modules.dep" 2>/dev/null | head -n 1) || extra=
  for package in "$extra-modules-extra" kernel-modules-extra; do
    if is_offered "$package"; then dnf_retry install "$package" && break; fi
  done
fi
drivers=
for module in virtio_pci virtio_blk virtio_scsi virtio_net nvme ahci sd_mod sr_mod xhci_pci vmw_pvscsi vmxnet3; do
  if has_module "$module"; then drivers="$drivers $module"; fi
done
# Kept in the image: the next kernel's initramfs has to be as general as this one.
mkdir -p /etc/dracut.conf.d
cat >/etc/dracut.conf.d/90-hybrid-node.conf <<CONFIG
hostonly="no"
add_drivers+="$drivers "
CONFIG
dracut --force --regenerate-all --no-hostonly

# kubelet does not start beside swap, and zram is swap. An empty file of this name switches the generator off.
if [ -e /usr/lib/systemd/system-generators/zram-generator ]; then : >/etc/systemd/zram-generator.conf; fi

# RHEL 8's sshd reads one file and knows no Include; there the first value counts.
if ! grep -Eqi '^[[:space:]]*Include[[:space:]]+/etc/ssh/sshd_config\.d/' /etc/ssh/sshd_config; then
  settings='PermitRootLogin|PasswordAuthentication|ChallengeResponseAuthentication|KbdInteractiveAuthentication'
  sed -i -E "/^[[:space:]]*($settings)[[:space:]]/Id" /etc/ssh/sshd_config
  sed -i '1i PermitRootLogin no\nPasswordAuthentication no\nChallengeResponseAuthentication no' /etc/ssh/sshd_config
  sshd -t || die 'sshd does not accept its configuration any more'
fi

# Amazon Linux ships it permissive, and stays as it ships. On RHEL a disabled SELinux leaves files without labels.
if [ "$system" = rhel ]; then
  case $(sed -n 's/^SELINUX=//p' /etc/selinux/config | tail -n 1) in
    enforcing) ;;
    permissive) sed -i 's/^SELINUX=permissive$/SELINUX=enforcing/' /etc/selinux/config ;;
    *) die 'SELinux is disabled in this image: take one where it is not' ;;
  esac
fi
