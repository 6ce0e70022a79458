#!/bin/sh
# What an organisation adds to its images: proxy, certificates, package mirrors, system settings, files and scripts of its own.
# The folder profile/ says what (src/render/profile). HNF_STEP:
#   early  before the first package: certificates, proxy, package mirrors
#   base   the system: clock, kernel arguments, firewall, hardening, GPU
#   pre    before nodeadm's part: `base` again, for a disk that has not had it; the user's files and scripts
#   post   after nodeadm's part: the user's scripts
#   seal   called by seal.sh: takes out what was for the build only
# Run again, each of them changes nothing more.
set -eu
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 HOME=/root LC_ALL=C
umask 022

upload=/tmp/profile
work=/var/lib/hnf-profile
own=/etc/hybrid-node
# Files of the profile in the image, one path per line; seal-check.sh lets them keep a proxy.
placed=$own/profile-files

die() {
  echo "apply-profile: $*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

is_systemd() { [ -d /run/systemd/system ]; }

enable_now() { # UNIT
  systemctl -q enable "$1"
  if is_systemd; then systemctl restart "$1"; fi
}

# The lists are fetched when they are needed; seal.sh takes them out again.
refresh_lists() {
  find /var/lib/apt/lists -name '*_Packages*' 2>/dev/null | grep -q . || apt-get -q update
}

apt_install() {
  refresh_lists
  apt-get -q -y install "$@"
}

# --- files ----------------------------------------------------------------------------------------------------------

take_over() {
  if [ -f "$upload/profile.env" ]; then
    rm -rf "$work/profile"
    install -d -m 0700 "$work"
    cp -R "$upload" "$work/profile"
    chown -R 0:0 "$work/profile"
    rm -rf "$upload"
  fi
  [ -f "$work/profile/profile.env" ] || die "there is neither $upload nor $work/profile"
  install -m 0700 "$0" "$work/apply-profile.sh"
  # Where the build hands over archives of container images (preload-images.sh).
  if [ -f "$work/profile/preload.list" ]; then
    install -d -m 0700 -o "${SUDO_UID:-0}" -g "${SUDO_GID:-0}" /var/tmp/hnf-preload
  fi
}

note() { # PATH: it belongs to the image from now on
  mkdir -p "$own"
  grep -qxF -- "$1" "$placed" 2>/dev/null || printf '%s\n' "$1" >>"$placed"
  if has restorecon; then restorecon -F -- "$1" 2>/dev/null || true; fi
}

place() { # STEP
  [ -f "$work/profile/files.list" ] || return 0
  while IFS= read -r line; do
    case $line in
      "$1 "*) line=${line#* } ;;
      *) continue ;;
    esac
    mode=${line%% *}
    path=${line#* }
    mkdir -p -- "$(dirname -- "$path")"
    if ! cmp -s -- "$work/profile/root$path" "$path"; then changed=yes; fi
    install -m "$mode" -o 0 -g 0 -- "$work/profile/root$path" "$path"
    note "$path"
  done <"$work/profile/files.list"
}

# --- certificates and proxy -----------------------------------------------------------------------------------------

# The first 64 letters of a certificate, however its lines are wrapped.
certificate_text() { # FILE
  sed -n '/^-----BEGIN/,/^-----END/{/^-----/d;p;}' "$1" | tr -d '\r\n ' | cut -c 1-64
}

apply_certificates() {
  [ -d "$work/profile/certificates" ] || return 0
  if has update-ca-certificates; then
    folder=/usr/local/share/ca-certificates bundle=/etc/ssl/certs/ca-certificates.crt
  elif has update-ca-trust; then
    folder=/etc/pki/ca-trust/source/anchors bundle=/etc/pki/tls/certs/ca-bundle.crt
  else
    die 'there is no ca-certificates package to add a certificate to'
  fi
  for file in "$work/profile/certificates"/*.crt; do
    name=${file##*/}
    if has openssl; then openssl x509 -noout -in "$file" 2>/dev/null || die "$name is no PEM certificate"; fi
    install -D -m 0644 "$file" "$folder/$name"
    note "$folder/$name"
  done
  if has update-ca-certificates; then update-ca-certificates >/dev/null; else update-ca-trust extract; fi
  tr -d '\r\n ' <"$bundle" >"$work/bundle.txt"
  for file in "$work/profile/certificates"/*.crt; do
    grep -qF -- "$(certificate_text "$file")" "$work/bundle.txt" ||
      die "${file##*/} did not get into $bundle"
  done
  rm -f "$work/bundle.txt"
}

# One key of [main]; what the build itself added at the end of the file stays, and wins.
set_dnf_option() { # FILE KEY VALUE
  [ -f "$1" ] || return 0
  KEY=$2 VALUE=$3 awk '
    /^# hnf-build begin$/ { ours = 1 }
    !ours && $0 ~ "^" ENVIRON["KEY"] "[ \t]*=" { next }
    { print }
    /^# hnf-build end$/ { ours = 0 }
    /^\[main\]/ { print ENVIRON["KEY"] "=" ENVIRON["VALUE"]; done = 1 }
    END { if (!done) print "[main]\n" ENVIRON["KEY"] "=" ENVIRON["VALUE"] }
  ' "$1" >"$work/dnf.conf"
  cat "$work/dnf.conf" >"$1"
  rm -f "$work/dnf.conf"
}

set_rhsm_proxy() { # URL
  [ -f /etc/rhsm/rhsm.conf ] || return 0
  address=${1#*://}
  address=${address%/}
  case $address in
    \[*\]) host=$address port=3128 ;;
    *:*) host=${address%:*} port=${address##*:} ;;
    *) host=$address port=3128 ;;
  esac
  sed -i -E '/^[[:space:]]*proxy_(scheme|hostname|port)[[:space:]]*=/d' /etc/rhsm/rhsm.conf
  sed -i "s|^\\[server\\].*|&\\nproxy_scheme = ${1%%://*}\\nproxy_hostname = $host\\nproxy_port = $port|" /etc/rhsm/rhsm.conf
}

# The variables in both spellings, for what runs here and for install-node.sh.
proxy_variables() {
  http=${HNF_PROFILE_HTTP_PROXY:-}
  https=${HNF_PROFILE_HTTPS_PROXY:-}
  if [ -n "$http" ]; then printf "export HTTP_PROXY='%s' http_proxy='%s'\n" "$http" "$http"; fi
  if [ -n "$https" ]; then printf "export HTTPS_PROXY='%s' https_proxy='%s'\n" "$https" "$https"; fi
  if [ -n "$http$https" ]; then
    printf "export NO_PROXY='%s' no_proxy='%s'\n" "$HNF_PROFILE_NO_PROXY" "$HNF_PROFILE_NO_PROXY"
  fi
}

apply_proxy() {
  mkdir -p /run/hnf
  proxy_variables >/run/hnf/proxy.env
  [ -n "$http$https" ] || return 0
  proxy=${http:-$https}
  if [ -d /etc/apt/apt.conf.d ]; then
    # A proxy that was given for the build only is the one to use while building.
    if grep -qs '::Proxy' /etc/apt/apt.conf.d/00-hnf-build; then
      grep '::Proxy' /etc/apt/apt.conf.d/00-hnf-build >/etc/apt/apt.conf.d/zz-hnf-build
    fi
  fi
  if [ -f /etc/dnf/dnf.conf ] || [ -f /etc/yum.conf ]; then
    for file in /etc/dnf/dnf.conf /etc/yum.conf; do
      if [ -f "$file" ] && [ ! -L "$file" ]; then
        set_dnf_option "$file" proxy "$proxy"
        note "$file"
      fi
    done
    # nodeadm reads this name on RHEL.
    if [ ! -e /etc/yum.conf ]; then ln -s dnf/dnf.conf /etc/yum.conf; fi
    set_rhsm_proxy "$proxy"
  fi
  if is_systemd; then systemctl daemon-reload; fi
}

apply_snap_proxy() {
  [ "${HNF_PROFILE_SNAP:-no}" = yes ] || return 0
  if ! has snap; then apt_install snapd; fi
  timeout 600 snap wait system seed.loaded
  snap set system proxy.http="$HNF_PROFILE_HTTP_PROXY" proxy.https="$HNF_PROFILE_HTTPS_PROXY"
}

# --- package mirrors ------------------------------------------------------------------------------------------------

keep_vendor() { # FILE: as it was before we touched it
  if [ ! -e "$work/vendor$1" ]; then
    mkdir -p "$work/vendor$(dirname "$1")"
    cp -p "$1" "$work/vendor$1"
  fi
}

# The distribution's own entries, known by their suites and by having the component main.
# shellcheck disable=SC2016 # awk's own variables
apt_mirror_program='
  function kind(suite) {
    if (suite == code "-security" || suite == code "/updates") return "security"
    if (suite == code || suite == code "-updates" || suite == code "-backports") return "archive"
    return ""
  }
  function mirror(found) { return found == "security" ? security : found == "archive" ? archive : "" }
  BEGIN { code = ENVIRON["CODENAME"]; archive = ENVIRON["ARCHIVE"]; security = ENVIRON["SECURITY"] }
'

rewrite_list() { # FILE, one line per source
  CODENAME=$codename ARCHIVE=${HNF_PROFILE_APT_MIRROR:-} SECURITY=${HNF_PROFILE_APT_SECURITY_MIRROR:-} \
    awk "$apt_mirror_program"'
    /^deb(-src)?[ \t]/ {
      at = 2
      if ($at ~ /^\[/) { while ($at !~ /\]$/ && at < NF) at++; at++ }
      to = mirror(kind($(at + 1)))
      isMain = 0
      for (i = at + 2; i <= NF; i++) if ($i == "main") isMain = 1
      if (to != "" && isMain) $at = to
    }
    { print }' "$1"
}

rewrite_sources() { # FILE, one paragraph per source
  CODENAME=$codename ARCHIVE=${HNF_PROFILE_APT_MIRROR:-} SECURITY=${HNF_PROFILE_APT_SECURITY_MIRROR:-} \
    awk "$apt_mirror_program"'
    function flush(  i, to, found, words, n) {
      found = ""
      n = split(suites, words, /[ \t]+/)
      for (i = 1; i <= n; i++) if (words[i] != "" && kind(words[i]) != "" && found != "archive") found = kind(words[i])
      to = components ~ /(^|[ \t])main([ \t]|$)/ ? mirror(found) : ""
      for (i = 1; i <= count; i++) {
        if (to != "" && inUris[i] == 2) continue
        print to != "" && inUris[i] == 1 ? "URIs: " to : lines[i]
      }
      count = 0; suites = ""; components = ""; field = ""
    }
    /^[ \t]*$/ { flush(); print; next }
    {
      lines[++count] = $0
      inUris[count] = 0
      if ($0 ~ /^[A-Za-z-]+:/) {
        field = tolower(substr($0, 1, index($0, ":") - 1))
        value = substr($0, index($0, ":") + 1)
        if (field == "uris") inUris[count] = 1
      } else if ($0 ~ /^[ \t]/) { value = $0; if (field == "uris") inUris[count] = 2 } else value = ""
      if (field == "suites") suites = suites " " value
      if (field == "components") components = components " " value
    }
    END { flush() }' "$1"
}

apply_apt_mirrors() {
  if [ -z "${HNF_PROFILE_APT_MIRROR:-}${HNF_PROFILE_APT_SECURITY_MIRROR:-}" ]; then return 0; fi
  # shellcheck disable=SC1091 # the guest has it
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    case $file in
      *.sources) rewrite_sources "$file" >"$work/sources" ;;
      *) rewrite_list "$file" >"$work/sources" ;;
    esac
    if cmp -s "$work/sources" "$file"; then continue; fi
    keep_vendor "$file"
    cat "$work/sources" >"$file"
  done
  rm -f "$work/sources"
  if [ "$HNF_PROFILE_KEEP_MIRRORS" = yes ] && [ -d /etc/cloud/cloud.cfg.d ]; then
    # cloud-init would write the vendor's sources at the first boot.
    printf 'apt:\n  preserve_sources_list: true\n' >/etc/cloud/cloud.cfg.d/90-hybrid-node-apt.cfg
    note /etc/cloud/cloud.cfg.d/90-hybrid-node-apt.cfg
  fi
  apt-get -q update
}

apply_dnf_mirrors() {
  [ "${HNF_PROFILE_DNF_MIRRORS:-no}" = yes ] || return 0
  ours=/etc/yum.repos.d/hybrid-node-mirrors.repo
  if [ ! -e "$ours" ]; then
    for file in /etc/yum.repos.d/*.repo; do
      # subscription-manager's own; it is empty on an unregistered system.
      case $file in */redhat.repo) continue ;; esac
      [ -f "$file" ] || continue
      keep_vendor "$file"
      rm -f "$file"
    done
  fi
  install -m 0644 "$work/profile/mirrors.repo" "$ours"
  note "$ours"
  dnf -q clean metadata
}

# containerd from a mirror of Docker's packages, before nodeadm, which has Docker's own address built in. With containerd and
# runc there nodeadm takes them for the user's: `nodeadm upgrade` leaves them alone from then on.
apply_docker_mirror() {
  url=${HNF_PROFILE_DOCKER_MIRROR:-}
  [ -n "$url" ] || return 0
  echo '::phase=profile-containerd limit=30'
  if ! has containerd; then
    if has apt-get; then
      # shellcheck disable=SC1091 # the guest has it
      system=$(. /etc/os-release && echo "$ID $VERSION_CODENAME")
      install -d -m 0755 /etc/apt/keyrings
      download "$url/linux/${system% *}/gpg" /etc/apt/keyrings/docker.asc
      echo "deb [arch=$(dpkg --print-architecture) signed-by=/etc/apt/keyrings/docker.asc] $url/linux/$system stable" \
        >/etc/apt/sources.list.d/docker.list
      apt-get -q update
      apt_install containerd.io
    else
      # shellcheck disable=SC2016 # dnf's own variables
      {
        echo '[docker-ce-stable]'
        echo 'name=Docker CE Stable'
        printf 'baseurl=%s/linux/rhel/$releasever/$basearch/stable\n' "$url"
        printf 'enabled=1\ngpgcheck=1\ngpgkey=%s/linux/rhel/gpg\n' "$url"
      } >/etc/yum.repos.d/docker-ce.repo
      dnf -q -y --setopt=install_weak_deps=False install containerd.io
    fi
  fi
  mkdir -p /run/hnf
  echo none >/run/hnf/containerd-source
}

drop_mirrors() {
  [ "${HNF_PROFILE_KEEP_MIRRORS:-yes}" = no ] || return 0
  rm -f /etc/yum.repos.d/hybrid-node-mirrors.repo
  if [ -f "$placed" ]; then sed -i '\|^/etc/yum.repos.d/hybrid-node-mirrors.repo$|d' "$placed"; fi
  if [ -n "${HNF_PROFILE_DOCKER_MIRROR:-}" ]; then
    rm -f /etc/apt/sources.list.d/docker.list /etc/yum.repos.d/docker-ce.repo
  fi
  if [ -d "$work/vendor" ]; then
    find "$work/vendor" -type f | while IFS= read -r file; do cp -p "$file" "${file#"$work/vendor"}"; done
    rm -rf "$work/vendor"
  fi
}

download() { # URL FILE
  curl --fail --location --silent --show-error --retry 5 --retry-delay 2 --connect-timeout 20 --max-time 600 \
    --output "$2" "$1" || die "cannot download $1"
}

# --- the system -----------------------------------------------------------------------------------------------------

apply_clock() {
  [ -n "${HNF_PROFILE_NTP:-}" ] || return 0
  for config in /etc/chrony.conf /etc/chrony/chrony.conf; do
    [ -f "$config" ] || continue
    # Instead of the vendor's servers, in one block of ours.
    sed -i -E -e '/^# hybrid-node begin$/,/^# hybrid-node end$/d' -e 's/^[[:space:]]*(server|pool|peer)[[:space:]]/# &/' "$config"
    {
      echo '# hybrid-node begin'
      # shellcheck disable=SC2086 # one word per server
      printf 'server %s iburst\n' $HNF_PROFILE_NTP
      echo '# hybrid-node end'
    } >>"$config"
    note "$config"
    # Sources of other files: a cloud's link-local server that does not exist here.
    for file in /etc/chrony.d/*.sources /etc/chrony/sources.d/*.sources; do
      if [ -f "$file" ]; then sed -i -E 's/^[[:space:]]*(server|pool)[[:space:]]/# &/' "$file"; fi
    done
    return 0
  done
  [ -e /usr/lib/systemd/systemd-timesyncd ] || [ -e /lib/systemd/systemd-timesyncd ] ||
    die 'there is neither chrony nor systemd-timesyncd to give a time server to: add one to packages'
  mkdir -p /etc/systemd/timesyncd.conf.d
  printf '[Time]\nNTP=%s\nFallbackNTP=\n' "$HNF_PROFILE_NTP" >/etc/systemd/timesyncd.conf.d/60-hybrid-node.conf
  note /etc/systemd/timesyncd.conf.d/60-hybrid-node.conf
  systemctl -q enable systemd-timesyncd.service
}

# A copy of every line that starts a kernel, one per kernel, in words.
kernel_lines() {
  if has grubby; then
    grubby --info=ALL | sed -n 's/^args=//p' | tr -d '"'
  else
    sed -n -E 's/^[[:space:]]*linux(16|efi)?[[:space:]]+//p' /boot/grub/grub.cfg
  fi
}

has_all_arguments() {
  kernel_lines >"$work/kernel-lines"
  [ -s "$work/kernel-lines" ] || return 1
  while IFS= read -r line; do
    for argument in $HNF_PROFILE_KERNEL_ARGUMENTS; do
      case " $line " in *" $argument "*) ;; *) return 1 ;; esac
    done
  done <"$work/kernel-lines"
}

apply_kernel_arguments() {
  [ -n "${HNF_PROFILE_KERNEL_ARGUMENTS:-}" ] || return 0
  set -f # an argument is a word, never a pattern
  if ! has_all_arguments || [ "$changed" = yes ]; then
    if has grubby; then
      grubby --update-kernel=ALL --args="$HNF_PROFILE_KERNEL_ARGUMENTS"
      # What kernels that come later are given.
      for argument in $HNF_PROFILE_KERNEL_ARGUMENTS; do
        for file in /etc/kernel/cmdline /etc/default/grub; do
          if [ ! -f "$file" ] || grep -qF -- "$argument" "$file"; then continue; fi
          case $file in
            */cmdline) printf '%s %s\n' "$(cat "$file")" "$argument" >"$work/cmdline" ;;
            *) ARGUMENT=$argument awk '/^GRUB_CMDLINE_LINUX="/ { sub(/"[ \t]*$/, ""); print $0 " " ENVIRON["ARGUMENT"] "\""; next } { print }' "$file" >"$work/cmdline" ;;
          esac
          cat "$work/cmdline" >"$file"
        done
      done
    elif has update-grub; then
      update-grub >/dev/null 2>&1
    else
      die 'there is neither grubby nor update-grub to change the kernel command line with'
    fi
  fi
  has_all_arguments || die "the kernel arguments '$HNF_PROFILE_KERNEL_ARGUMENTS' are not on every kernel line: $(cat "$work/kernel-lines")"
  set +f
}

apply_firewall() {
  # shellcheck disable=SC1091 # the guest has it
  system=$(. /etc/os-release && echo "$ID")
  case ${HNF_PROFILE_FIREWALL:-vendor}-$system in
    vendor-*) ;;
    on-ubuntu) open_ufw ;;
    on-debian) open_nftables ;;
    on-*) open_firewalld ;;
    off-*)
      if has ufw; then ufw --force disable >/dev/null; fi
      for unit in firewalld.service nftables.service hybrid-node-firewall.service; do
        if is_systemd; then systemctl stop "$unit" 2>/dev/null || true; fi
        systemctl -q disable "$unit" 2>/dev/null || true
      done
      ;;
  esac
}

open_ufw() {
  if ! has ufw; then apt_install ufw; fi
  # Pods' packets are forwarded; whether they may is the CNI's business.
  sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' /etc/default/ufw
  ufw allow 22/tcp >/dev/null
  for port in $HNF_PROFILE_FIREWALL_PORTS; do ufw allow "$port" >/dev/null; done
  for name in $HNF_PROFILE_FIREWALL_INTERFACES; do ufw allow in on "$name" >/dev/null; done
  ufw --force enable >/dev/null
  # In the words in which nodeadm looks for the CNI's port.
  ufw show added >"$work/ufw"
  for port in 22/tcp $HNF_PROFILE_FIREWALL_PORTS; do
    grep -qxF "ufw allow $port" "$work/ufw" || die "ufw does not allow $port: $(cat "$work/ufw")"
  done
}

open_firewalld() {
  if ! has firewall-offline-cmd; then dnf -q -y install firewalld; fi
  fw='firewall-offline-cmd'
  if is_systemd && systemctl is-active -q firewalld.service; then fw='firewall-cmd --permanent'; fi
  # firewall-cmd takes the default zone from its running part only.
  zone=$(${fw% --permanent} --get-default-zone)
  # shellcheck disable=SC2086 # a command and its option
  {
    $fw -q "--zone=$zone" --add-service=ssh
    for service in $($fw "--zone=$zone" --list-services); do
      case $service in ssh | dhcpv6-client) ;; *) $fw -q "--zone=$zone" "--remove-service=$service" ;; esac
    done
    for port in $HNF_PROFILE_FIREWALL_PORTS; do $fw -q "--zone=$zone" "--add-port=$port"; done
    # It rejects what is forwarded between interfaces of no zone.
    for name in $HNF_PROFILE_FIREWALL_INTERFACES; do
      $fw -q --zone=trusted "--query-interface=$name" || $fw -q --zone=trusted "--add-interface=$name"
    done
    opened=" $($fw "--zone=$zone" --list-ports) "
  }
  for port in $HNF_PROFILE_FIREWALL_PORTS; do
    case $opened in *" $port "*) ;; *) die "firewalld does not open $port in zone $zone, only$opened" ;; esac
  done
  enable_now firewalld.service
}

open_nftables() {
  if ! has nft; then apt_install nftables; fi
  place firewall
  nft -c -f /etc/hybrid-node/firewall.nft || die 'nft does not take the rules'
  if is_systemd; then systemctl daemon-reload; fi
  enable_now hybrid-node-firewall.service
}

apply_hardening() {
  [ "${HNF_PROFILE_HARDENING:-none}" = baseline ] || return 0
  if [ -d /etc/audit/rules.d ]; then place audit; fi
  settings=/etc/ssh/sshd_config.d/50-hardening.conf
  if [ -f /etc/ssh/sshd_config ]; then
    chmod 0600 /etc/ssh/sshd_config
    # RHEL 8's sshd reads one file, and takes the first value.
    if ! grep -Eqi '^[[:space:]]*Include[[:space:]]+/etc/ssh/sshd_config\.d/' /etc/ssh/sshd_config; then
      sed -i '/^# hybrid-node begin$/,/^# hybrid-node end$/d' /etc/ssh/sshd_config
      {
        echo '# hybrid-node begin'
        cat "$settings"
        echo '# hybrid-node end'
        cat /etc/ssh/sshd_config
      } >"$work/sshd_config"
      cat "$work/sshd_config" >/etc/ssh/sshd_config
    fi
    sshd=$(command -v sshd || echo /usr/sbin/sshd)
    "$sshd" -t || die 'sshd does not accept its configuration any more'
  fi
  for file in /boot/grub/grub.cfg /boot/grub2/grub.cfg; do
    if [ -f "$file" ]; then chmod og-rwx "$file" 2>/dev/null || true; fi
  done
  for unit in kdump.service rpcbind.socket rpcbind.service avahi-daemon.socket avahi-daemon.service cups.service; do
    systemctl -q disable "$unit" 2>/dev/null || true
  done
}

# --- GPU ------------------------------------------------------------------------------------------------------------

is_offered() { # PACKAGE
  if has apt-get; then apt-cache show "$1" >/dev/null 2>&1; else dnf -q list "$1" >/dev/null 2>&1; fi
}

# https://docs.nvidia.com/cuda/cuda-installation-guide-linux/ and eks-hybrid's nvidia-driver-install.sh
add_nvidia_repository() {
  if is_offered nvidia-open; then return 0; fi
  # shellcheck disable=SC1091 # the guest has it
  . /etc/os-release
  case $(uname -m) in
    x86_64) machine=x86_64 ;;
    *) machine=sbsa ;;
  esac
  case $ID in
    amzn) release=amzn2023 ;;
    rhel) release=rhel${VERSION_ID%%.*} ;;
    *) release=$ID$(echo "$VERSION_ID" | tr -d .) ;;
  esac
  base=https://developer.download.nvidia.com/compute/cuda/repos/$release/$machine
  if has apt-get; then
    download "$base/cuda-keyring_1.1-1_all.deb" "$work/keyring.deb"
    apt_install "$work/keyring.deb"
    rm -f "$work/keyring.deb"
    apt-get -q update
  else
    download "$base/cuda-$release.repo" "/etc/yum.repos.d/cuda-$release.repo"
  fi
}

install_nvidia() {
  kernel=$(find /lib/modules -mindepth 1 -maxdepth 1 -type d | sort -V | tail -n 1)
  kernel=${kernel##*/}
  if has apt-get; then
    apt_install "linux-headers-$kernel" "linux-headers-${kernel##*-}"
    # A module wants the compiler of its kernel.
    if grep -qs 'gcc-12' /proc/version && ! has gcc-12; then apt_install gcc-12; fi
    apt_install nvidia-open nvidia-container-toolkit
  else
    # shellcheck disable=SC1091 # the guest has it
    . /etc/os-release
    if [ "$ID" = rhel ] && ! is_offered dkms; then
      subscription-manager repos --enable "codeready-builder-for-rhel-${VERSION_ID%%.*}-$(uname -m)-rpms"
      dnf -q -y install "https://dl.fedoraproject.org/pub/epel/epel-release-latest-${VERSION_ID%%.*}.noarch.rpm"
    fi
    dnf -q -y install "kernel-devel-$kernel" kernel-headers || dnf -q -y install kernel-devel kernel-headers
    if [ "$ID" = amzn ] && is_offered kernel-modules-extra; then dnf -q -y install kernel-modules-extra; fi
    dnf -q -y module enable nvidia-driver:open-dkms || true
    dnf -q -y install nvidia-open nvidia-container-toolkit
  fi
  modinfo -k "$kernel" nvidia >/dev/null 2>&1 || die "the NVIDIA driver was not built for kernel $kernel"
}

apply_gpu() {
  [ "${HNF_PROFILE_GPU:-none}" = nvidia ] || return 0
  place gpu
  if is_systemd; then systemctl daemon-reload; fi
  if has nvidia-ctk; then return 0; fi
  echo '::phase=profile-gpu limit=60'
  add_nvidia_repository
  install_nvidia
}

# --- place and language, where neither installer nor install-base.sh saw to them ------------------------------------

apply_place() {
  zone=${HNF_PROFILE_TIMEZONE:-}
  if [ -n "$zone" ]; then
    if [ ! -e "/usr/share/zoneinfo/$zone" ] && has apt-get; then apt_install tzdata; fi
    [ -e "/usr/share/zoneinfo/$zone" ] || die "time zone '$zone' does not exist in the image: choose another"
    ln -sfn "/usr/share/zoneinfo/$zone" /etc/localtime
    if [ -f /etc/timezone ]; then echo "$zone" >/etc/timezone; fi
  fi
  locale=${HNF_PROFILE_LOCALE:-}
  if [ -n "$locale" ]; then
    if ! has locale-gen; then apt_install locales; fi
    if ! locale -a | tr -d - | grep -qix "$(printf '%s' "$locale" | tr -d -)"; then
      sed -i "s/^# *\\($(printf '%s' "$locale" | sed 's/[.]/\\./g') \\)/\\1/" /etc/locale.gen
      locale-gen "$locale" >/dev/null
    fi
    locale -a | tr -d - | grep -qix "$(printf '%s' "$locale" | tr -d -)" ||
      die "locale '$locale' does not exist in the image: choose another"
    update-locale "LANG=$locale"
  fi
  layout=${HNF_PROFILE_KEYBOARD:-}
  if [ -n "$layout" ]; then
    if has apt-get; then
      printf 'XKBMODEL="pc105"\nXKBLAYOUT="%s"\nXKBVARIANT=""\nXKBOPTIONS=""\nBACKSPACE="guess"\n' "$layout" >/etc/default/keyboard
      if has setupcon; then setupcon --save-only || true; fi
    else
      localectl set-x11-keymap "$layout"
    fi
  fi
}

# --- scripts of the user's ------------------------------------------------------------------------------------------

run_hooks() { # pre | post
  for hook in "$work/profile/hooks/$1"/*; do
    [ -f "$hook" ] || continue
    if has apt-get; then refresh_lists; fi
    name=${hook##*/}
    echo "script ${name#*-} ($1)"
    chmod 0700 "$hook"
    code=0
    if [ "$(head -c 2 "$hook")" = '#!' ]; then
      (cd / && exec "$hook") </dev/null || code=$?
    else
      (cd / && exec /bin/sh "$hook") </dev/null || code=$?
    fi
    [ "$code" -eq 0 ] || die "the profile's script '${name#*-}' ($1) ended with exit code $code"
  done
}

record_processor() {
  release=/etc/hybrid-node-release
  if [ -z "${HNF_PROFILE_CPU_BASELINE:-}" ] || [ ! -f "$release" ]; then return 0; fi
  sed -i '/^CPU_BASELINE=/d' "$release"
  echo "CPU_BASELINE='$HNF_PROFILE_CPU_BASELINE'" >>"$release"
}

# --- steps ----------------------------------------------------------------------------------------------------------

step=${HNF_STEP:-}
case $step in
  early | base | pre | post) echo "::phase=profile-$step limit=60" ;;
  seal) [ -f "$work/profile/profile.env" ] || exit 0 ;;
  *) die "HNF_STEP is '$step'; accepted: early, base, pre, post, seal" ;;
esac
if [ "$step" = early ]; then take_over; fi
changed=no
# shellcheck disable=SC1091 # made by src/render/profile
. "$work/profile/profile.env"
eval "$(proxy_variables)"

apply_base() {
  place base
  apply_clock
  apply_place
  apply_gpu
  apply_kernel_arguments
  apply_hardening
  apply_firewall
}

case $step in
  early)
    place early
    apply_certificates
    apply_proxy
    apply_apt_mirrors
    apply_dnf_mirrors
    apply_snap_proxy
    ;;
  base) apply_base ;;
  pre)
    apply_base
    apply_docker_mirror
    place pre
    run_hooks pre
    ;;
  post)
    run_hooks post
    record_processor
    ;;
  seal)
    drop_mirrors
    rm -f /etc/apt/apt.conf.d/zz-hnf-build
    rm -rf "$work"
    ;;
esac
