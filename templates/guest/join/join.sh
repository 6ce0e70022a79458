#!/bin/sh
# Joins this machine to its EKS cluster; hybrid-node-join.service runs it as /usr/local/lib/hybrid-node/join.
#   join           tries until the API server knows the node, takes the secrets out of the machine, leaves a marker
#   join recheck   drops the marker when this is another instance, or another NodeConfig
# A line of the journal is "STEP: TEXT". Needs a POSIX shell, coreutils, awk, sed; curl for the look at the network.
# Ends with 0 joined, 1 gave up, 2 wrong use, 143 stopped.
# shellcheck disable=SC1090,SC2034 # its other parts, and their variables
set -u
export LC_ALL=C HOME="${HOME:-/root}"

# Tests have another root.
ROOT=${HYBRID_NODE_ROOT:-}
usual=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin
PATH=${ROOT:+$ROOT/usr/local/bin:}$usual
export PATH

CONFIG=$ROOT/etc/hybrid-node/nodeconfig.yaml
SETTINGS=$ROOT/etc/hybrid-node/join.env
STATE=$ROOT/var/lib/hybrid-node
MARKER=$STATE/joined.json
WORK=$ROOT/run/hybrid-node

STEP=start
SEEN=
CHILD=
STARTED=
ATTEMPT=0

# --- what it says ---------------------------------------------------------------------------------------------------

# LEVEL TEXT; the journal takes the level for its priority.
line() {
  if [ -n "${JOURNAL_STREAM:-}" ]; then printf '<%s>' "$1"; fi
  printf '%s: %s\n' "$STEP" "$2"
}
say() { line 6 "$1"; }
warn() { line 4 "$1"; }

# The end of an attempt: what was seen, and what to do.
fail() {
  line 3 "$1"
  SEEN=$1
  return 1
}

# For `systemctl status` and, on VMware, for whoever reads guestinfo.
tell() { # STATE
  if [ -n "${NOTIFY_SOCKET:-}" ]; then
    systemd-notify --status="$1, attempt $ATTEMPT, step $STEP" 2>/dev/null || true
  fi
  report_guestinfo "$1"
}

# --- waiting --------------------------------------------------------------------------------------------------------

# A shell runs its traps only between commands, so whatever lasts is waited for.
nap() { # SECONDS
  sleep "$1" &
  CHILD=$!
  wait "$CHILD"
  CHILD=
}

stopped() {
  trap '' TERM INT HUP
  if [ -n "$CHILD" ]; then
    kill "$CHILD" 2>/dev/null
    wait "$CHILD" 2>/dev/null
  fi
  STEP=stop
  say 'stopped; the next start, or the next boot, tries again'
  tell stopped
  exit 143
}

settings_print() {
  stat -c '%n %y %s %i' "$CONFIG" "$SETTINGS" 2>/dev/null
}

# False when the NodeConfig or the settings changed meanwhile.
pause() { # SECONDS
  left=$1
  before=$(settings_print)
  while [ "$left" -gt 0 ]; do
    slice=10
    if [ "$left" -lt "$slice" ]; then slice=$left; fi
    nap "$slice"
    left=$((left - slice))
    if [ "$(settings_print)" != "$before" ]; then return 1; fi
  done
}

random_below() { # LIMIT
  echo $(($(od -An -N2 -tu2 /dev/urandom | tr -d ' ') % ($1 > 0 ? $1 : 1)))
}

# Doubles from attempt to attempt up to the longest, and spread by a quarter: machines started together fall apart.
retry_delay() { # FAILURES
  delay=$RETRY_SECONDS
  count=1
  while [ "$count" -lt "$1" ] && [ "$delay" -lt "$RETRY_MAX_SECONDS" ]; do
    delay=$((delay * 2))
    count=$((count + 1))
  done
  if [ "$delay" -gt "$RETRY_MAX_SECONDS" ]; then delay=$RETRY_MAX_SECONDS; fi
  echo $((delay - delay / 4 + $(random_below $((delay / 2 + 1)))))
}

# --- the story ------------------------------------------------------------------------------------------------------

step() { # NAME FUNCTION
  STEP=$1
  tell joining
  "$2"
}

# Not inside the attempts: user data may bring the NodeConfig, the proxy and the time servers only in its last stage.
# Nothing waits for this unit, so nothing is held up.
wait_cloud_init() {
  STEP=cloud-init
  if [ ! -e "$ROOT/run/cloud-init/enabled" ] || [ -e "$ROOT/run/cloud-init/result.json" ]; then return 0; fi
  say "waiting until cloud-init has finished, at most $CLOUD_INIT_WAIT_SECONDS s"
  waited=0
  while [ ! -e "$ROOT/run/cloud-init/result.json" ]; do
    if [ "$waited" -ge "$CLOUD_INIT_WAIT_SECONDS" ]; then
      warn "not finished after $waited s, going on; see cloud-init status --long"
      return 0
    fi
    nap 2
    waited=$((waited + 2))
  done
}

try_once() {
  if is_verified && step check check_node; then return 0; fi
  step hostname check_hostname &&
    step time check_time &&
    step environment check_environment &&
    step nodeconfig check_nodeconfig &&
    step machine check_machine &&
    step network check_network &&
    step init run_init &&
    step check check_node
}

failed_try() {
  failures=$((failures + 1))
  spent=$(($(date +%s) - STARTED))
  at=$STEP
  STEP=retry
  what="attempt $ATTEMPT failed at '$at'"
  more="for more: hnf doctor --host $(uname -n), or here: journalctl -u hybrid-node-join"
  if [ "$spent" -ge "$GIVE_UP_SECONDS" ] || { [ "$MAX_ATTEMPTS" -gt 0 ] && [ "$ATTEMPT" -ge "$MAX_ATTEMPTS" ]; }; then
    line 3 "$what; giving up after $spent s, until the next boot or systemctl start hybrid-node-join; $more"
    STEP=$at
    tell failed
    exit 1
  fi
  delay=$(retry_delay "$failures")
  warn "$what; next in $delay s, or at once when a file in /etc/hybrid-node changes; $more"
  STEP=$at
  tell retrying
  if ! pause "$delay"; then
    STEP=retry
    say 'the NodeConfig or join.env changed: trying again now'
    failures=0
  fi
}

join() {
  mkdir -p "$WORK" "$STATE" && chmod 0700 "$WORK" && chmod 0755 "$STATE" || exit 1
  # One at a time: an administrator may run the script by hand.
  exec 9>"$WORK/lock"
  flock -n 9 || {
    say 'another join is running'
    exit 1
  }
  trap stopped TERM INT HUP
  STARTED=$(date +%s)
  load_settings
  if [ "$START_SPREAD_SECONDS" -gt 0 ]; then nap "$(random_below $((START_SPREAD_SECONDS + 1)))"; fi
  wait_cloud_init
  failures=0
  while :; do
    ATTEMPT=$((ATTEMPT + 1))
    load_settings
    if try_once; then break; fi
    failed_try
  done
  finish
}

# A node from here on; whatever happens now is no reason to run nodeadm again.
finish() {
  SEEN=
  write_verified
  tell joined
  STEP=scrub
  scrub
  write_marker
  STEP='done'
  say "joined as '$NODE' after $ATTEMPT attempt(s), $(($(date +%s) - STARTED)) s"
  tell joined
}

for part in config state steps network init scrub; do
  . "$ROOT/usr/local/lib/hybrid-node/join.d/$part.sh"
done

case ${1:-} in
  '') join ;;
  recheck) recheck ;;
  *)
    echo "usage: $0 [recheck]" >&2
    exit 2
    ;;
esac
