#!/bin/sh
# Node layer: nodeadm, pinned, and everything `nodeadm install` brings. Nothing is registered here: that is the first
# boot's work, and an identity in an image would be every clone's identity.
set -eu
# needrestart would restart services under the build, or ask.
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 HOME=/root

tracker=/opt/nodeadm/tracker
nodeadm=/usr/local/bin/nodeadm
work=/run/hnf

die() {
  echo "install-node: $*" >&2
  exit 1
}

fetch() { # URL FILE
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --retry 5 --retry-delay 2 --retry-connrefused \
      --connect-timeout 20 --max-time 1200 --output "$2" "$1" || die "cannot download $1"
    return
  fi
  # Every image with cloud-init has Python; on EL 8 it is not on the PATH.
  python=$(command -v python3 || echo /usr/libexec/platform-python)
  "$python" - "$1" "$2" <<'PYTHON' || die "cannot download $1"
import shutil, sys, time, urllib.request
for attempt in range(6):
    try:
        with urllib.request.urlopen(sys.argv[1], timeout=60) as answer, open(sys.argv[2], "wb") as out:
            shutil.copyfileobj(answer, out)
        break
    except OSError as error:
        print(error, file=sys.stderr)
        time.sleep(2)
else:
    sys.exit(1)
PYTHON
}

check_sum() { # HEX FILE
  echo "$1  $2" | sha256sum -c - >/dev/null 2>&1 ||
    die "$2 has SHA-256 $(sha256sum "$2" | cut -d ' ' -f 1), wanted $1"
}

install_nodeadm() {
  echo '::phase=nodeadm-download limit=30'
  if [ -n "${HNF_MIRROR_URL:-}" ]; then
    mirror=${HNF_MIRROR_URL%/}
    url=$mirror/nodeadm/$HNF_NODEADM_VERSION/$HNF_ARCH/nodeadm
    fetch "$mirror/manifest.yaml" "$work/manifest.yaml"
  else
    url=$HNF_ASSETS_URL/releases/v$HNF_NODEADM_VERSION/bin/linux/$HNF_ARCH/nodeadm
  fi
  fetch "$url" "$work/nodeadm"
  wanted=${HNF_NODEADM_SHA256:-}
  if [ -z "$wanted" ]; then
    echo 'no SHA-256 pinned for nodeadm: using the one published beside it'
    fetch "$url.sha256" "$work/nodeadm.sha256"
    wanted=$(cut -d ' ' -f 1 "$work/nodeadm.sha256")
  fi
  check_sum "$wanted" "$work/nodeadm"
  install -m 0755 "$work/nodeadm" "$nodeadm"
  rm -f "$work/nodeadm" "$work/nodeadm.sha256"
  case "$("$nodeadm" version)" in
    *"v$HNF_NODEADM_VERSION") ;;
    *) die "nodeadm says '$("$nodeadm" version)', wanted version $HNF_NODEADM_VERSION" ;;
  esac
}

prepare() {
  echo '::phase=package-lists limit=20'
  [ "$(wc -l </proc/swaps)" -le 1 ] || die "swap is on: $(tail -n +2 /proc/swaps)"
  # nodeadm never refreshes the lists; with empty ones it retries until its time is up.
  if command -v apt-get >/dev/null; then apt-get -q update; fi
  # On Ubuntu the SSM agent is a snap, and nodeadm enables its unit by that name: without snapd another one is installed.
  if [ "$HNF_PROVIDER" = ssm ] && grep -qs '^ID=ubuntu$' /etc/os-release; then
    command -v snap >/dev/null || apt-get -q -y install snapd
    timeout 600 snap wait system seed.loaded
  fi
}

run_install() {
  # A second install on a machine records containerd as "not mine" and would never upgrade it.
  [ ! -e "$tracker" ] || die "$tracker exists: nodeadm install ran before on this disk"
  echo "::phase=nodeadm-install limit=$((HNF_TIMEOUT_MINUTES + 5))"
  set -- install "$HNF_KUBERNETES" --credential-provider "$HNF_PROVIDER" \
    --containerd-source "$HNF_CONTAINERD_SOURCE" --region "$HNF_REGION" --timeout "${HNF_TIMEOUT_MINUTES}m"
  # nodeadm takes file:// and https:// here, never http://.
  if [ -n "${HNF_MIRROR_URL:-}" ]; then set -- "$@" --manifest-override "file://$work/manifest.yaml"; fi
  timeout -k 30 $((HNF_TIMEOUT_MINUTES * 60 + 120)) "$nodeadm" "$@" 2>&1 || die "nodeadm $* failed"
}

# An install that was cut short leaves programs without a tracker, and `nodeadm init` then ends with exit code 0.
check_tracker() {
  [ -s "$tracker" ] || die "nodeadm install left no $tracker"
  for line in "Containerd: $HNF_CONTAINERD_SOURCE" 'CniPlugins: true' 'IamAuthenticator: true' \
    'ImageCredentialProvider: true' 'Kubectl: true' 'Kubelet: true' "$1: true"; do
    grep -q "^  $line\$" "$tracker" || die "$tracker does not say '$line': $(cat "$tracker")"
  done
}

check_programs() {
  version=$(/usr/bin/kubelet --version)
  case $version in
    "Kubernetes v$HNF_KUBERNETES" | "Kubernetes v$HNF_KUBERNETES"[-+]*) ;;
    *) die "kubelet says '$version', wanted $HNF_KUBERNETES" ;;
  esac
  command -v containerd >/dev/null || die 'there is no containerd on the PATH'
  command -v runc >/dev/null || die 'there is no runc on the PATH'
  [ -x /sbin/iptables ] || [ -x /usr/sbin/iptables ] || die 'there is no iptables, which the kubelet unit calls'
}

check_unregistered() {
  for path in /var/lib/amazon/ssm/registration /root/.aws /etc/aws/hybrid /var/lib/kubelet/pki \
    /var/lib/kubelet/kubeconfig /etc/kubernetes/kubelet/config.json; do
    [ ! -e "$path" ] || die "$path exists: something registered this machine"
  done
}

# A profile's proxy, for the downloads from here on; what the build serves itself is on its own network.
use_proxy() {
  [ -f "$work/proxy.env" ] || return 0
  # shellcheck disable=SC1091 # made by apply-profile.sh
  . "$work/proxy.env"
  if [ -n "${HNF_MIRROR_URL:-}" ] && [ -n "${NO_PROXY:-}" ]; then
    host=${HNF_MIRROR_URL#*://}
    host=${host%%[:/]*}
    export NO_PROXY="$NO_PROXY,$host"
    export no_proxy="$NO_PROXY"
  fi
}

mkdir -p "$work"
use_proxy
# Put in by the profile, from a mirror of Docker's packages: what nodeadm then notes is that it is not its own.
if [ -f "$work/containerd-source" ]; then HNF_CONTAINERD_SOURCE=$(cat "$work/containerd-source"); fi
prepare
install_nodeadm
run_install
echo '::phase=node-check limit=5'
case $HNF_PROVIDER in
  ssm) check_tracker Ssm ;;
  *) check_tracker IamRolesAnywhere ;;
esac
check_programs
check_unregistered
cat "$tracker"
