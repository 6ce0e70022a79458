#!/bin/sh
# What the kernel has to have ready for kubelet and a CNI, and what the image says about itself.
set -eu

echo '::phase=mark limit=5'

printf '%s\n' overlay br_netfilter >/etc/modules-load.d/hybrid-node.conf

# kubelet checks the first three (protectKernelDefaults) and does not start on other values. nodeadm init writes them
# again in 99-nodeadm.conf, which sorts behind this file.
cat >/etc/sysctl.d/90-hybrid-node.conf <<'SYSCTL'
vm.overcommit_memory = 1
kernel.panic = 10
kernel.panic_on_oops = 1
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 524288
SYSCTL

# One word in single quotes, so that a shell may source the file.
word() {
  printf "'%s'\n" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# As install-node.sh.
if [ -f /run/hnf/containerd-source ]; then HNF_CONTAINERD_SOURCE=$(cat /run/hnf/containerd-source); fi

# shellcheck disable=SC1091 # the guest has it
os=$(. /etc/os-release && echo "${PRETTY_NAME:-$ID}")
{
  echo "IMAGE=$(word "$HNF_IMAGE")"
  echo "IMAGE_IDENTITY=$(word "$HNF_IDENTITY")"
  echo "ARCH=$(word "$HNF_ARCH")"
  echo "OS=$(word "$os")"
  echo "KUBERNETES=$(word "$HNF_KUBERNETES")"
  echo "NODEADM=$(word "$HNF_NODEADM_VERSION")"
  echo "CREDENTIAL_PROVIDER=$(word "$HNF_PROVIDER")"
  echo "CONTAINERD_SOURCE=$(word "$HNF_CONTAINERD_SOURCE")"
  echo "REGION=$(word "$HNF_REGION")"
} >/etc/hybrid-node-release
chmod 0644 /etc/hybrid-node-release
