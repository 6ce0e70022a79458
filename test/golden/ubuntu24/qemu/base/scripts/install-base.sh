#!/bin/sh
# Base layer of a vendor's cloud image: updates, packages, and what every hypervisor needs. Run again, it changes nothing.
set -eu
export DEBIAN_FRONTEND=noninteractive HOME=/root

set -f # a package name is a word, never a pattern
packages=${HNF_PACKAGES:-}

install_debian() {
  echo '::phase=updates limit=60'
  apt-get -q update
  apt-get -q -y dist-upgrade
  echo '::phase=packages limit=60'
  # shellcheck disable=SC2086 # one word per package
  apt-get -q -y install -- cloud-init cloud-guest-utils openssh-server sudo curl ca-certificates \
    open-vm-tools qemu-guest-agent iptables $packages
}

install_rpm() {
  echo '::phase=updates limit=60'
  dnf -q -y upgrade
  echo '::phase=packages limit=60'
  # shellcheck disable=SC2086 # one word per package
  dnf -q -y install cloud-init cloud-utils-growpart openssh-server sudo curl ca-certificates \
    open-vm-tools qemu-guest-agent iptables dracut-config-generic $packages
  # The vendor's initramfs may hold only what its own platform needs.
  dracut --force --regenerate-all --no-hostonly
}

if command -v apt-get >/dev/null; then install_debian; else install_rpm; fi

echo '::phase=base-check limit=5'
# kubelet refuses to start beside swap.
swapoff -a
sed -i -E '/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/d' /etc/fstab
for file in /swapfile /swap.img; do rm -f "$file"; done

kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
kernel=${kernel##*/}
for module in virtio_blk virtio_net vmw_pvscsi vmxnet3 nvme ahci; do
  modinfo -k "$kernel" "$module" >/dev/null || {
    echo "kernel $kernel has no module $module: the image would not boot on every hypervisor"
    echo "(a vendor's slim kernel, such as Debian's cloud kernel, is not enough)"
    exit 1
  }
done

# Nobody logs in with a password, as root even less. cloud-init's own file sorts before this one and wins.
if [ -d /etc/ssh/sshd_config.d ]; then
  printf '%s\n' 'PermitRootLogin no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
    >/etc/ssh/sshd_config.d/60-hnf.conf
fi

zone=${HNF_TIMEZONE:-UTC}
case $zone in
  UTC | Etc/UTC) ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime ;;
  *)
    [ -e "/usr/share/zoneinfo/$zone" ] || {
      echo "time zone '$zone' does not exist in the image: install tzdata or choose another"
      exit 1
    }
    ln -sfn "/usr/share/zoneinfo/$zone" /etc/localtime
    ;;
esac
if [ -f /etc/timezone ]; then echo "$zone" >/etc/timezone; fi
