#!/bin/sh
# Part of the join (join.sh): the steps of an attempt before nodeadm is run, in their order.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

NODEADM=$ROOT/usr/local/bin/nodeadm
TIME_WAITED=no

is_unnamed() {
  case $(uname -n) in '' | localhost | localhost.* | '(none)') return 0 ;; *) return 1 ;; esac
}

# With IAM Roles Anywhere the NodeConfig names the node: two machines with the same one take it from each other.
check_hostname() {
  waited=0
  while is_unnamed && [ "$waited" -lt 30 ] && [ "$ATTEMPT" -eq 1 ]; do
    nap 2
    waited=$((waited + 2))
  done
  host=$(uname -n)
  if is_unnamed; then warn "this machine has no name of its own ('$host'): local-hostname in its metadata gives it one"; fi
  load_nodeconfig
  if [ -z "$NODE_NAME" ]; then
    say "this machine is '$host'"
    return 0
  fi
  case $NODE_NAME in
    *[!a-z0-9.-]* | .* | -* | *. | *-)
      fail "the NodeConfig's nodeName '$NODE_NAME' is no name for a node: kubelet would write it otherwise and never be let in; accepted: a-z 0-9 - ."
      return 1
      ;;
  esac
  if [ "$NAME_CHECK" = yes ] && [ "$NODE_NAME" != "$host" ] && [ "$NODE_NAME" != "${host%%.*}" ] &&
    [ "${NODE_NAME%%.*}" != "$host" ]; then
    fail "this machine is '$host', its NodeConfig is for '$NODE_NAME': another machine's payload? If it is meant, HYBRID_NODE_NAME_CHECK=no in join.env"
    return 1
  fi
  case $(getent ahostsv4 "$NODE_NAME" 2>/dev/null | head -n 1) in
    127.*) warn "'$NODE_NAME' is a loopback address in /etc/hosts: nodeadm takes the node's address from there unless the NodeConfig has --node-ip" ;;
  esac
  say "this machine is '$host', the node '$NODE_NAME'"
}

is_synchronised() {
  case $(timeout 20 timedatectl show --property=NTPSynchronized 2>/dev/null) in *=yes) return 0 ;; *) return 1 ;; esac
}

# Waited for once. A hypervisor may set the clock without the kernel's being told, so it is no reason to give up; the
# network step compares with what AWS says.
check_time() {
  if ! command -v timedatectl >/dev/null; then return 0; fi
  waited=0
  while ! is_synchronised; do
    if [ "$TIME_WAITED" = yes ] || [ "$waited" -ge "$TIME_WAIT_SECONDS" ]; then
      TIME_WAITED=yes
      warn "the clock is not synchronised after $waited s ($(now)); going on"
      return 0
    fi
    if [ "$waited" -eq 0 ]; then say "waiting until the clock is synchronised, at most $TIME_WAIT_SECONDS s"; fi
    nap 5
    waited=$((waited + 5))
  done
  say "synchronised, $(now)"
}

same_twins() { # UPPER LOWER
  upper=$(printenv "$1" || true)
  lower=$(printenv "$2" || true)
  if [ -n "$upper" ] && [ -n "$lower" ] && [ "$upper" != "$lower" ]; then
    fail "$1 and $2 differ, which nodeadm refuses; write one of them, or both alike, in $SETTINGS"
    return 1
  fi
  if [ -n "$upper$lower" ]; then export "$1=${upper:-$lower}" "$2=${lower:-$upper}"; fi
}

check_environment() {
  same_twins HTTP_PROXY http_proxy && same_twins HTTPS_PROXY https_proxy && same_twins NO_PROXY no_proxy || return 1
  if [ -z "${HTTPS_PROXY:-}${HTTP_PROXY:-}" ]; then
    say 'no proxy'
    return 0
  fi
  say "proxy $(echo "${HTTPS_PROXY:-$HTTP_PROXY}" | redact), directly to: ${NO_PROXY:-nothing}"
  # The proxy of containerd and kubelet are drop-ins, which user data writes after systemd read its units.
  timeout 60 systemctl daemon-reload || warn 'systemctl daemon-reload failed'
}

# Secret, and root runs what is in it: nobody else may read or have written it.
check_private() { # FILE
  if [ ! -f "$1" ] || [ -L "$1" ]; then
    fail "$1 is no regular file"
    return 1
  fi
  owner=$(stat -c %u "$1")
  if [ "$owner" != "$(id -u)" ]; then
    fail "$1 belongs to user $owner: who may write it decides what root runs; chown root:root it if it is right"
    return 1
  fi
  mode=$(stat -c %a "$1")
  case $mode in
    600 | 400) ;;
    *)
      warn "$1 had mode $mode, now 600; others could read it"
      chmod 600 "$1"
      ;;
  esac
}

check_nodeconfig() {
  if [ ! -e "$CONFIG" ]; then
    fail "$CONFIG is gone; user data writes it"
    return 1
  fi
  check_private "$CONFIG" || return 1
  if [ -e "$SETTINGS" ]; then check_private "$SETTINGS" || return 1; fi
  load_nodeconfig
  run_nodeadm 120 "$STATE/nodeadm-check.log" config check -c "file://$CONFIG"
  if [ "$CODE" != 0 ]; then
    why=$(last_error "$STATE/nodeadm-check.log")
    case $why in
      # init fills in the usual paths, the check does not.
      'CertificatePath is missing'* | 'PrivateKeyPath is missing'*) warn "$why; nodeadm init takes its default" ;;
      *)
        fail "nodeadm does not accept $CONFIG: $why; hnf nodeconfig check tells the line"
        return 1
        ;;
    esac
  fi
  # nodeadm took it, so it is there, but in a style that is not read here (an alias, a tag).
  case $PROVIDER in
    ssm | iam-ra) ;;
    *)
      fail "cannot tell from $CONFIG whether it is for SSM or IAM Roles Anywhere; write it as hnf nodeconfig render does"
      return 1
      ;;
  esac
  if [ -z "$REGION" ]; then
    fail "cannot read spec.cluster.region of $CONFIG; write it as hnf nodeconfig render does"
    return 1
  fi
  say "valid: $PROVIDER, $REGION"
}

# What makes nodeadm end with exit code 0 and no node, or a node with another's identity.
check_machine() {
  if [ ! -s "$ROOT/opt/nodeadm/tracker" ]; then
    fail "there is no /opt/nodeadm/tracker: nodeadm install never finished in this image, and nodeadm init would do nothing; build the image again"
    return 1
  fi
  case $PROVIDER in
    ssm) check_ssm ;;
    *) check_iam_ra ;;
  esac
}

check_ssm() {
  if [ ! -e "$ROOT/usr/bin/amazon-ssm-agent" ] && [ ! -e "$ROOT/snap/amazon-ssm-agent/current/amazon-ssm-agent" ]; then
    fail 'the NodeConfig is for SSM, and this image has no amazon-ssm-agent: build it with --provider ssm'
    return 1
  fi
  if [ ! -s "$REGISTRATION" ]; then
    say 'not registered yet: this attempt uses the activation'
    return 0
  fi
  from=$(json_field machine "$STATE/registration.json")
  if [ -n "$from" ] && [ "$from" != "$(machine_uuid)" ]; then
    fail "the registration $(registered_as) on this disk is that of machine $from, this is $(machine_uuid): a clone of a joined node? Then stop amazon-ssm-agent, remove /var/lib/amazon/ssm/registration, /var/lib/amazon/ssm/Vault, /root/.aws and /var/lib/kubelet/pki, and restart this unit with an activation of its own"
    return 1
  fi
  say "registered already as $(registered_as): the activation is not used again"
}

# kubelet, unlike nodeadm, prefers this file to IAM Roles Anywhere, and would be somebody else.
check_iam_ra() {
  if [ ! -e "$ROOT/usr/local/bin/aws_signing_helper" ]; then
    fail 'the NodeConfig is for IAM Roles Anywhere, and this image has no aws_signing_helper: build it with --provider iam-ra'
    return 1
  fi
  if [ -s "$REGISTRATION" ]; then
    warn "this machine is also registered with SSM as $(registered_as), whose agent writes /root/.aws/credentials: kubelet would use them; nodeadm uninstall takes it out"
  fi
  left=$ROOT/root/.aws/credentials
  if [ -e "$left" ]; then
    mv -f "$left" "$left.before-join"
    warn "/root/.aws/credentials would be kubelet's identity: moved to credentials.before-join"
  fi
}
