#!/bin/sh
# Base layer, Debian and Ubuntu: updates, packages, boot loaders. install-base.sh, which is the same for all, comes after
# it. Run again, it changes nothing.
set -eu
# needrestart would restart services under the build, or ask.
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 HOME=/root

set -f # a package name is a word, never a pattern
packages=${HNF_PACKAGES:-}

echo '::phase=updates limit=60'
# Cloud images come with empty lists.
apt-get -q update
apt-get -q -y dist-upgrade
echo '::phase=packages limit=60'
# shellcheck disable=SC2086 # one word per package
apt-get -q -y install -- cloud-init cloud-guest-utils openssh-server sudo curl ca-certificates \
  open-vm-tools qemu-guest-agent iptables $packages
set +f

# Debian's installer brings ifupdown; ours leaves it no card to manage. What cloud-init writes here is netplan.
if command -v ifup >/dev/null && ! grep -Eqs '^[[:space:]]*iface[[:space:]]+[^l[:space:]]' /etc/network/interfaces; then
  apt-get -q -y install netplan.io
  systemctl -q enable systemd-networkd.service
  apt-get -q -y purge ifupdown
  rm -rf /etc/network
fi

locale=${HNF_LOCALE:-}
case $locale in
  '' | C | C.* | POSIX) ;;
  *)
    apt-get -q -y install locales
    sed -i "s/^# *\\($(printf '%s' "$locale" | sed 's/[.]/\\./g') \\)/\\1/" /etc/locale.gen
    locale-gen "$locale" >/dev/null
    locale -a | tr -d - | grep -qix "$(printf '%s' "$locale" | tr -d -)" || {
      echo "locale '$locale' does not exist in the image: choose another"
      exit 1
    }
    ;;
esac
if [ -n "$locale" ] && command -v update-locale >/dev/null; then update-locale "LANG=$locale"; fi

echo '::phase=boot limit=20'
# An initramfs for any machine, not for this one; and a console where somebody can read it.
mkdir -p /etc/initramfs-tools/conf.d
echo 'MODULES=most' >/etc/initramfs-tools/conf.d/hnf
update-initramfs -u -k all >/dev/null

if [ -d /etc/default/grub.d ] || [ -f /etc/default/grub ]; then
  mkdir -p /etc/default/grub.d
  # Sorts behind the vendor's; what it says about consoles stays.
  if [ "$(uname -m)" = x86_64 ] && ! grep -qs 'console=ttyS0' /etc/default/grub /etc/default/grub.d/*.cfg; then
    # shellcheck disable=SC2016 # GRUB's own shell expands it
    echo 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=tty0 console=ttyS0,115200"' >/etc/default/grub.d/60-hnf.cfg
  fi
  update-grub >/dev/null 2>&1
fi

# A machine whose firmware remembers nothing of this one boots \EFI\BOOT\BOOT*.EFI.
if mountpoint -q /boot/efi; then
  case $(uname -m) in
    x86_64) loader=BOOTX64.EFI shim=shimx64.efi grub=grubx64.efi target=x86_64-efi ;;
    *) loader=BOOTAA64.EFI shim=shimaa64.efi grub=grubaa64.efi target=arm64-efi ;;
  esac
  if [ ! -e "/boot/efi/EFI/BOOT/$loader" ]; then
    grub-install --target="$target" --efi-directory=/boot/efi --no-nvram --removable || true
    # shellcheck disable=SC1091 # the guest has it
    vendor=$(. /etc/os-release && echo "$ID")
    if [ ! -e "/boot/efi/EFI/BOOT/$loader" ] && [ -e "/boot/efi/EFI/$vendor/$shim" ]; then
      mkdir -p /boot/efi/EFI/BOOT
      cp "/boot/efi/EFI/$vendor/$shim" "/boot/efi/EFI/BOOT/$loader"
      cp "/boot/efi/EFI/$vendor/$grub" /boot/efi/EFI/BOOT/
    fi
  fi
fi
