#!/bin/sh
# Last step of a build: takes out what must not be in every clone. What the running session still needs (its user, the
# host keys, the journal) is left to power-off.sh. Run again, it changes nothing more.
set -eu
export DEBIAN_FRONTEND=noninteractive HOME=/root

echo '::phase=seal limit=20'

install -d -m 0755 /run/hnf
for script in power-off.sh seal-check.sh; do
  if [ -f "/tmp/$script" ]; then
    install -m 0700 "/tmp/$script" "/run/hnf/$script"
    rm -f "/tmp/$script"
  fi
done

remove() { # paths and patterns, quoted by the caller
  for pattern in "$@"; do
    # shellcheck disable=SC2086 # patterns are expanded here
    rm -rf -- $pattern
  done
}

stop() {
  for unit in "$@"; do systemctl stop "$unit" 2>/dev/null || true; done
}

# 1. Nothing that writes state may run.
stop kubelet.service containerd.service docker.service amazon-ssm-agent.service \
  snap.amazon-ssm-agent.amazon-ssm-agent.service unattended-upgrades.service

# 2. What programs made up about this machine. nodeadm's identity files are asserted by seal-check.sh, not removed: if
# they exist, the build did something it must not.
if [ -s /etc/hybrid-node/preloaded-images ]; then
  # The store with the profile's images stays; what belongs to running containers goes.
  remove '/var/lib/containerd/io.containerd.runtime.*' '/var/lib/containerd/io.containerd.grpc.v1.cri/*' \
    '/var/lib/containerd/tmpmounts/*'
else
  remove '/var/lib/containerd/*'
fi
remove '/var/lib/amazon/ssm/ipc' '/var/lib/amazon/ssm/runtimeconfig' '/root/.gnupg' \
  '/opt/cni/plugins'

# 3. Packages and the build's own package settings; of a profile, what it does not keep.
if [ -f /var/lib/hnf-profile/apply-profile.sh ]; then HNF_STEP=seal /bin/sh /var/lib/hnf-profile/apply-profile.sh; fi
if command -v apt-get >/dev/null; then
  if [ "$(find /boot -maxdepth 1 -name 'vmlinuz-*' | wc -l)" -gt 1 ]; then apt-get -q -y autoremove --purge; fi
  apt-get clean
  remove '/etc/apt/apt.conf.d/00-hnf-build' '/var/lib/apt/lists/*' '/var/cache/apt/*.bin' '/var/cache/debconf/*-old' \
    '/var/lib/dpkg/*-old'
elif command -v dnf >/dev/null; then
  sed -i '/^# hnf-build begin$/,/^# hnf-build end$/d' /etc/dnf/dnf.conf
  dnf -q clean all
  remove '/var/cache/dnf/*' '/var/lib/dnf/history*'
fi
# A registration in an image would be every clone's.
if [ -e /etc/pki/consumer/cert.pem ]; then
  echo 'this machine is still registered with Red Hat: unsubscribe.sh has to run before this script'
  exit 1
fi
remove '/etc/pki/entitlement/*' '/etc/rhsm/facts/*' '/var/lib/rhsm/cache/*' '/etc/insights-client/machine-id'

# 4. Network identity of the build machine.
remove '/etc/netplan/50-cloud-init.yaml' '/etc/network/interfaces.d/50-cloud-init*' \
  '/etc/systemd/network/10-cloud-init-*' '/etc/NetworkManager/system-connections/cloud-init-*' \
  '/etc/NetworkManager/conf.d/99-cloud-init.conf' '/etc/udev/rules.d/70-persistent-net.rules' \
  '/var/lib/dhcp/*' '/var/lib/dhclient/*' '/var/lib/dhcpcd/*' '/var/lib/NetworkManager/*' \
  '/var/lib/systemd/network/*' '/etc/.resolv.conf.systemd-resolved.bak'
# The profiles that RHEL's installer and cloud-init wrote for the cards they found; one without a name fits any card.
for file in /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-*; do
  case $file in */ifcfg-lo) continue ;; esac
  if grep -Eqs '^(interface-name|mac-address|DEVICE|HWADDR)=' "$file"; then rm -f "$file"; fi
done
echo localhost >/etc/hostname
if grep -q 'hnf-build' /etc/hosts; then sed -i '/hnf-build/d' /etc/hosts; fi
if [ ! -L /etc/resolv.conf ] && [ -e /etc/resolv.conf ]; then
  if [ -e /run/systemd/resolve/stub-resolv.conf ]; then
    ln -sfn ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
  else
    : >/etc/resolv.conf
  fi
fi

# What Ubuntu's installer leaves: its own data source, its cards' names, and that cloud-init is off from the second boot
# on. Newer releases have a hook for `cloud-init clean` that does part of this; 20.04 and 22.04 do not.
remove '/etc/cloud/cloud.cfg.d/*-installer.cfg' '/etc/cloud/cloud.cfg.d/*-installer-network.cfg' \
  '/etc/cloud/cloud.cfg.d/*curtin*.cfg' '/etc/cloud/cloud.cfg.d/*subiquity*.cfg' \
  '/etc/cloud/cloud.cfg.d/20-disable-cc-dpkg-grub.cfg' '/etc/cloud/clean.d/99-installer' \
  '/etc/netplan/*installer*.yaml' '/etc/apt/apt.conf.d/90curtin-aptproxy' \
  '/etc/systemd/system/snapd.service.d/snap_proxy.conf' '/etc/apt/sources.list.curtin.old' \
  '/etc/apt/sources.list~' '/var/log/installer' '/root/anaconda-ks.cfg' '/root/original-ks.cfg'
if [ -f /etc/apt/sources.list ]; then sed -i '/^deb cdrom:/d' /etc/apt/sources.list; fi

# 5. cloud-init starts over, and looks for exactly these sources: label media, VMware's two transports, nothing on the
# network. The file sorts behind every other one, because the last list wins. Old releases would make a DSA key as well.
cloud-init clean --logs --seed
remove '/var/lib/cloud' '/etc/cloud/cloud-init.disabled' '/etc/ssh/sshd_config.d/50-cloud-init.conf'
# Ubuntu's installer again; another policy is the image's own.
if [ -f /etc/cloud/ds-identify.cfg ] && grep -qx 'policy: enabled' /etc/cloud/ds-identify.cfg; then
  rm -f /etc/cloud/ds-identify.cfg
fi
# Before 21.3 cloud-init has no VMware source and calls an unknown name an error.
sources='NoCloud, ConfigDrive, VMware, OVF, None'
if [ -z "$(find /usr/lib/python3* -name DataSourceVMware.py 2>/dev/null)" ]; then
  sources='NoCloud, ConfigDrive, OVF, None'
fi
cat >/etc/cloud/cloud.cfg.d/99_hybrid-node.cfg <<CONFIG
datasource_list: [ $sources ]
ssh_genkeytypes: [ed25519, ecdsa, rsa]
CONFIG

# 6. SSH host keys come back on the first boot: by cloud-init, and where there is no datasource by this unit.
cat >/etc/systemd/system/hnf-ssh-hostkeys.service <<'UNIT'
[Unit]
Description=SSH host keys, if nothing made them yet
After=cloud-init.service cloud-init-network.service
Before=ssh.service sshd.service
ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl -q enable hnf-ssh-hostkeys.service

# 7. Boot loader: a kernel word of the installer would make cloud-init in every clone deaf.
if command -v grub-editenv >/dev/null; then grub-editenv - unset recordfail 2>/dev/null || true; fi

# 8. Accounts: no password works, whoever set it.
passwd -q -l root 2>/dev/null || passwd -l root >/dev/null
remove '/root/.ssh' '/root/.bash_history' '/root/.python_history' '/root/.wget-hsts' '/root/.cache' '/root/.lesshst' \
  '/root/.viminfo'

echo 'sealed up to the session itself'
