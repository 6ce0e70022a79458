#!/bin/sh
# What the image consists of, as one JSON document for the SBOM: packages, and programs that no package owns.
set -eu

echo '::phase=contents limit=10'
out=/run/hnf/contents.json
mkdir -p /run/hnf

string() { # the text on standard input as a JSON string, one line
  printf '"%s"' "$(head -n 1 | tr -d '\000-\037\177' | sed 's/[\\"]/\\&/g')"
}

joined() { # lines to a comma-separated list
  sed '$!s/$/,/'
}

# Names and versions of packages hold no character that JSON would want escaped.
packages() {
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W -f '${db:Status-Status} {"type":"deb","name":"${Package}","version":"${Version}","arch":"${Architecture}","source":"${source:Package}","sourceVersion":"${source:Version}"}\n' |
      sed -n 's/^installed //p'
  else
    rpm -qa --qf '{"type":"rpm","name":"%{NAME}","version":"%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}","arch":"%{ARCH}","source":"%{SOURCERPM}","sourceVersion":""}\n' |
      grep -v '"name":"gpg-pubkey"'
  fi | LC_ALL=C sort
}

program() { # PATH VERSION-COMMAND...
  path=$1
  shift
  [ -f "$path" ] || return 0
  version=$(timeout 60 "$@" 2>/dev/null | string) || version='""'
  printf '{"name":"%s","path":"%s","version":%s,"sha256":"%s"}\n' \
    "${path##*/}" "$path" "$version" "$(sha256sum "$path" | cut -d ' ' -f 1)"
}

programs() {
  program /usr/local/bin/nodeadm /usr/local/bin/nodeadm version
  program /usr/bin/kubelet /usr/bin/kubelet --version
  program /usr/local/bin/kubectl sh -c '/usr/local/bin/kubectl version --client | head -n 1'
  program /usr/local/bin/aws-iam-authenticator /usr/local/bin/aws-iam-authenticator version
  program /usr/local/bin/aws_signing_helper /usr/local/bin/aws_signing_helper version
  program /etc/eks/image-credential-provider/ecr-credential-provider true
  program /opt/ssm/ssm-setup-cli /opt/ssm/ssm-setup-cli -version
  program /usr/bin/containerd /usr/bin/containerd --version
  program "$(command -v runc || echo /none)" runc --version
  for plugin in /opt/cni/bin/*; do program "$plugin" true; done
}

# Container images of the profile: references hold no character that JSON would want escaped.
images() {
  record=/etc/hybrid-node/preloaded-images
  if [ -f "$record" ]; then awk '{ printf "{\"reference\":\"%s\",\"digest\":\"%s\"}\n", $1, $2 }' "$record"; fi
}

{
  echo '{'
  # shellcheck disable=SC1091 # the guest has it
  printf '"os":%s,\n' "$(. /etc/os-release && echo "$ID ${VERSION_ID:-}" | string)"
  printf '"kernel":%s,\n' "$(uname -r | string)"
  echo '"packages":['
  packages | joined
  echo '],'
  echo '"programs":['
  programs | joined
  echo '],'
  echo '"images":['
  images | joined
  echo ']'
  echo '}'
} >"$out.part"
chmod 0644 "$out.part"
mv "$out.part" "$out"
echo "$(grep -c '"type":' "$out") packages, $(grep -c '"sha256":' "$out") programs"
