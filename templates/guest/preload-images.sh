#!/bin/sh
# Container images into containerd's store while the image is made, so that a node gets Ready without pulling. They are pinned:
# kubelet's clean-up leaves them alone (containerd 1.6.22, 1.7.3 and later). Which: preload.list of the profile.
# HNF_REGISTRY_URL: where the registries' images are served on the build's network; empty: the registries themselves.
set -eu
export LC_ALL=C

list=/var/lib/hnf-profile/profile/preload.list
archives=/var/tmp/hnf-preload
# What is there, one `REFERENCE DIGEST` per line; seal.sh keeps the store because of it.
record=/etc/hybrid-node/preloaded-images
hosts=/run/hnf/registry-hosts
case $(uname -m) in
  x86_64) machine=amd64 ;;
  *) machine=arm64 ;;
esac

die() {
  echo "preload-images: $*" >&2
  exit 1
}

images() { ctr --namespace k8s.io images "$@"; }

start_containerd() {
  if [ -d /run/systemd/system ]; then systemctl start containerd.service; fi
  tries=0
  until ctr version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || die 'containerd does not answer'
    sleep 1
  done
}

# The first image that is called exactly so: REFERENCE TYPE DIGEST …
find_image() { # REFERENCE
  images ls | REFERENCE=$1 awk 'NR > 1 && $1 == ENVIRON["REFERENCE"]'
}

import_archive() { # SHA256 REFERENCE
  file=$archives/$1.tar
  [ -f "$file" ] || die "there is no $file with the image $2"
  echo "$1  $file" | sha256sum -c - >/dev/null 2>&1 ||
    die "$file has SHA-256 $(sha256sum "$file" | cut -d ' ' -f 1), wanted $1"
  images ls -q | sort >/run/hnf/images-before
  images import "$file"
  if [ -n "$(find_image "$2")" ]; then return 0; fi
  # An archive names its image as whoever packed it called it, or not at all.
  # CRI, if it runs, gives each a second name, its identifier.
  images ls -q | sort | comm -13 /run/hnf/images-before - | grep -v -e '@' -e '^sha256:' >/run/hnf/images-new || true
  case $(wc -l </run/hnf/images-new) in
    0) images import --index-name "$2" "$file" ;;
    1) images tag "$(cat /run/hnf/images-new)" "$2" ;;
    *) die "the archive for $2 holds several images and none of that name: $(tr '\n' ' ' </run/hnf/images-new)" ;;
  esac
}

pull() { # REFERENCE
  set -- "$1" "${1%%/*}"
  reference=$1
  registry=$2
  set --
  if [ -n "${HNF_REGISTRY_URL:-}" ]; then
    mirror=${HNF_REGISTRY_URL%/}/v2/$registry
    mkdir -p "$hosts/$registry"
    cat >"$hosts/$registry/hosts.toml" <<TOML
server = "$mirror"
[host."$mirror"]
  capabilities = ["pull", "resolve"]
  override_path = true
TOML
    set -- --hosts-dir "$hosts"
    # Newer ones let the daemon fetch, which has the site's proxy.
    if images pull --help | grep -q -e '--local'; then set -- "$@" --local; fi
  fi
  tries=1
  until images pull "$@" "$reference" >/run/hnf/pull.txt 2>&1; do
    [ "$tries" -lt 4 ] || die "cannot pull $reference: $(tail -n 3 /run/hnf/pull.txt)"
    tries=$((tries + 1))
    sleep $((tries * 5))
  done
}

# An archive may say nothing of the processor it is for; containerd takes it all the same, and no container of it would start.
check_platform() { # REFERENCE
  # REFERENCE TYPE DIGEST SIZE UNIT PLATFORMS LABELS
  platforms=$(find_image "$1" | awk '{ print $6 }')
  case ",$platforms," in
    *",linux/$machine,"* | *",linux/$machine/"*) ;;
    *) die "$1 is for ${platforms:-another system}, this is linux/$machine" ;;
  esac
}

# Whole, unpacked for this processor, pinned: CRI takes no notice of anything less.
finish() { # REFERENCE
  check_platform "$1"
  images label "$1" io.cri-containerd.pinned=pinned >/dev/null
  state=$(images check "name==$1" | awk 'NR > 1')
  case $state in *' complete '*true*) ;; *) die "$1 is not whole: ${state:-it is not there}" ;; esac
  find_image "$1" | awk '{ print $1, $3 }' >>"$record.part"
}

echo '::phase=preload-images limit=60'
[ -s "$list" ] || die "there is no $list"
mkdir -p /run/hnf "${record%/*}"
# The site's proxy, if the profile has one; what the build serves itself is on its own network.
if [ -f /run/hnf/proxy.env ]; then
  # shellcheck disable=SC1091 # made by apply-profile.sh
  . /run/hnf/proxy.env
fi
if [ -n "${HNF_REGISTRY_URL:-}" ]; then unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy; fi
start_containerd
: >"$record.part"
while read -r kind digest reference; do
  echo "$reference"
  case $kind in
    archive) import_archive "$digest" "$reference" ;;
    registry) if [ -z "$(find_image "$reference")" ]; then pull "$reference"; fi ;;
    *) die "'$kind' in $list is no origin of an image" ;;
  esac
  finish "$reference"
done <"$list"
sort -u "$record.part" >"$record"
rm -f "$record.part"
rm -rf "$archives" "$hosts"
cat "$record"
