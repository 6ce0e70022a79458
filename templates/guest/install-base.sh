#!/bin/sh
# Base layer, all systems, after the family's own script: no swap, no passwords, the time zone, and whether the disk will
# boot on every hypervisor. Run again, it changes nothing.
set -eu
export HOME=/root

die() {
  echo "install-base: $*"
  exit 1
}

echo '::phase=base-check limit=10'
# kubelet refuses to start beside swap.
swapoff -a
sed -i -E '/^[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap[[:space:]]/d' /etc/fstab
for file in /swapfile /swap.img; do rm -f "$file"; done

kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
kernel=${kernel##*/}
contents=/run/hnf/initramfs.txt
if command -v lsinitramfs >/dev/null; then
  lsinitramfs "/boot/initrd.img-$kernel" >"$contents"
elif command -v lsinitrd >/dev/null; then
  lsinitrd -k "$kernel" >"$contents"
else
  die 'there is neither lsinitramfs nor lsinitrd'
fi

# In the kernel itself, or in the initramfs: a module on a root file system that cannot be reached is of no use.
has_driver() {
  pattern="/$(printf '%s' "$1" | sed 's/_/[_-]/g')[.]ko"
  grep -Eq "$pattern" "/lib/modules/$kernel/modules.builtin" || grep -Eq "$pattern" "$contents"
}
for module in virtio_blk virtio_scsi nvme ahci; do
  has_driver "$module" || die "the initramfs of kernel $kernel has no $module: the image would not boot on every machine"
done
# Networks are not needed that early. VMware's devices exist on x86 (and, newer, on arm) only.
needed='virtio_net'
if [ "$(uname -m)" = x86_64 ]; then
  needed='virtio_net vmxnet3'
  has_driver vmw_pvscsi || die "the initramfs of kernel $kernel has no vmw_pvscsi: the image would not boot on vSphere"
fi
for module in $needed; do
  modinfo -k "$kernel" "$module" >/dev/null 2>&1 || has_driver "$module" ||
    die "kernel $kernel has no module $module (a vendor's slim kernel, such as Debian's cloud kernel, is not enough)"
done

# Both firmwares find a loader, whichever the build ran on. FAT ignores case.
case $(uname -m) in
  x86_64) loader=BOOTX64.EFI ;;
  *) loader=BOOTAA64.EFI ;;
esac
if mountpoint -q /boot/efi; then
  find /boot/efi/EFI -iname "$loader" | grep -q . || die "there is no \\EFI\\BOOT\\$loader on the EFI system partition"
else
  echo 'warning: no EFI system partition is mounted: UEFI may not find this disk'
fi
if [ "$(uname -m)" = x86_64 ]; then
  disk=$(lsblk -nro PKNAME "$(findmnt -nro SOURCE /)" 2>/dev/null | head -n 1)
  if [ -z "$disk" ] || ! head -c 512 "/dev/$disk" | grep -aq GRUB; then
    echo 'warning: no GRUB in the boot sector: BIOS may not find this disk'
  fi
fi

# Nobody logs in with a password, as root even less. cloud-init's own file sorts before this one and wins.
if [ -d /etc/ssh/sshd_config.d ]; then
  printf '%s\n' 'PermitRootLogin no' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
    >/etc/ssh/sshd_config.d/60-hnf.conf
fi

zone=${HNF_TIMEZONE:-UTC}
case $zone in
  UTC | Etc/UTC) ln -sfn /usr/share/zoneinfo/Etc/UTC /etc/localtime ;;
  *)
    [ -e "/usr/share/zoneinfo/$zone" ] ||
      die "time zone '$zone' does not exist in the image: install tzdata or choose another"
    ln -sfn "/usr/share/zoneinfo/$zone" /etc/localtime
    ;;
esac
if [ -f /etc/timezone ]; then echo "$zone" >/etc/timezone; fi
