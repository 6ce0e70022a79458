#!/bin/sh
# Runs in mmdebstrap's namespace when all packages are in: customize.sh TREE INPUT EPOCH
set -eu
tree=$1
input=$2
epoch=$3
out=$tree/.hnf-out

# What only made the installation faster must not stay.
rm -f "$tree/etc/apt/apt.conf.d/99mmdebstrap" "$tree/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
rm -f "$tree"/etc/ssh/ssh_host_*_key "$tree"/etc/ssh/ssh_host_*_key.pub
# resolv.conf and hostname are copies of the build machine's.
rm -f "$tree/etc/resolv.conf" "$tree/etc/hostname"
ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
cp -R --no-preserve=ownership,timestamps --preserve=mode "$input/tree/." "$tree/"

chroot "$tree" systemctl --quiet enable systemd-networkd.service systemd-resolved.service systemd-timesyncd.service \
  hnf-ssh-hostkeys.service
# A node is changed by a new image; a timer that takes the package lock minutes after boot disturbs `nodeadm install`.
chroot "$tree" systemctl --quiet disable apt-daily.timer apt-daily-upgrade.timer
chroot "$tree" passwd --quiet --lock root
# Set to No for the installation, so that the initramfs is made once.
unset INITRD
kernel=$(basename "$tree"/boot/vmlinuz-*)
kernel=${kernel#vmlinuz-}
SOURCE_DATE_EPOCH=$epoch chroot "$tree" update-initramfs -c -k "$kernel"
# Done at the kernel's installation, when there was no initramfs yet, so again: /vmlinuz and /initrd.img are what GRUB loads.
chroot "$tree" linux-update-symlinks install "$kernel" "/boot/vmlinuz-$kernel"
rm -f "$tree/initrd.img.old" "$tree/vmlinuz.old"
test -e "$tree/vmlinuz"
test -e "$tree/initrd.img"

# GRUB's modules are copies, as grub-install makes them: they have to be of the same build as the core image beside them.
for platform in i386-pc x86_64-efi; do
  mkdir -p "$tree/boot/grub/$platform"
  cp "$tree/usr/lib/grub/$platform"/*.mod "$tree/usr/lib/grub/$platform"/*.lst "$tree/boot/grub/$platform/"
done
mkdir -p "$tree/boot/efi" "$out"
cp "$input/grub-early.cfg" "$out/early.cfg"
chroot "$tree" grub-mkimage --format=i386-pc --output=/.hnf-out/core.img --config=/.hnf-out/early.cfg --prefix=/boot/grub \
  biosdisk part_gpt part_msdos ext2 search search_fs_uuid configfile normal
cp "$tree/usr/lib/grub/i386-pc/boot.img" "$out/boot.img"
cp "$tree/usr/lib/shim/shimx64.efi.signed" "$out/shimx64.efi"
cp "$tree/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" "$out/grubx64.efi"
chroot "$tree" dpkg-query --show --showformat='${Package}\t${Version}\n' >"$out/packages.tsv"
chmod -R a+rX "$out"
