#!/bin/sh
# Part of the join (join.sh): nodeadm, and whether the machine is a node afterwards.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

INIT_LOG=$STATE/nodeadm-init.log

# --- nodeadm --------------------------------------------------------------------------------------------------------

# Its output goes to the journal as it comes, and to LOG, without secrets. Sets CODE; 124 when the time was over.
run_nodeadm() { # SECONDS LOG ARGUMENTS…
  limit=$1
  log=$2
  shift 2
  if [ ! -x "$NODEADM" ]; then
    CODE=127
    echo "{\"error\":\"there is no $NODEADM\"}" >"$log"
    return 0
  fi
  rm -f "$WORK/output" "$log"
  (umask 077 && mkfifo "$WORK/output" && : >"$log")
  redact <"$WORK/output" | while IFS= read -r text; do
    printf '%s\n' "$text" >>"$log"
    say "nodeadm: $text"
  done &
  reader=$!
  # Not one that other users may read in /proc: the NodeConfig's path is all that stands there.
  timeout -k 30 "$limit" "$NODEADM" "$@" >"$WORK/output" 2>&1 &
  CHILD=$!
  CODE=0
  wait "$CHILD" || CODE=$?
  CHILD=
  wait "$reader"
  rm -f "$WORK/output"
}

# The last thing nodeadm complained of.
last_error() { # LOG
  why=$(sed -n 's/.*"error":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$1" | tail -n 1 | sed 's/\\"/"/g; s/\\[nt]/ /g')
  if [ -z "$why" ]; then why=$(tail -n 1 "$1"); fi
  printf '%s' "${why:-nothing was said}" | cut -c 1-500
}

run_init() {
  # Any word: without one nodeadm never asks the API server whether it accepts the node.
  set -- init -c "file://$CONFIG" --skip "$INIT_SKIP"
  if [ -n "$MANIFEST" ]; then set -- "$@" -m "$MANIFEST"; fi
  say "nodeadm $*, at most $INIT_SECONDS s"
  run_nodeadm "$INIT_SECONDS" "$INIT_LOG" "$@"
  note_registration
  case $CODE in
    0) return 0 ;;
    124 | 137) fail "nodeadm init was not done after $INIT_SECONDS s; the last it said: $(last_error "$INIT_LOG")" ;;
    *) fail "nodeadm init ended with exit code $CODE: $(last_error "$INIT_LOG")" ;;
  esac
}

# --- is it a node? --------------------------------------------------------------------------------------------------

# As kubelet calls itself: with SSM the id of the registration.
node_name() {
  name=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' "$ROOT/etc/eks/kubelet/environment" 2>/dev/null | head -n 1)
  if [ -z "$name" ] && [ "$PROVIDER" = ssm ]; then name=$(registered_as); fi
  echo "${name:-$NODE_NAME}"
}

# nodeadm's exit code says that kubelet was started. Whether it is let in, only the API server knows.
check_node() {
  if [ "$(systemctl is-active kubelet.service 2>/dev/null)" != active ]; then
    state=$(systemctl show -p ActiveState -p SubState kubelet.service 2>/dev/null | tr '\n' ' ')
    fail "kubelet is not active (${state:-no such unit}); see journalctl -u kubelet"
    return 1
  fi
  kubeconfig=$ROOT/var/lib/kubelet/kubeconfig
  if [ ! -s "$kubeconfig" ]; then
    fail 'there is no /var/lib/kubelet/kubeconfig: nodeadm init did nothing, whatever it ended with'
    return 1
  fi
  NODE=$(node_name)
  waited=0
  while ! ask_api "$kubeconfig"; do
    if [ "$waited" -ge "$NODE_WAIT_SECONDS" ]; then
      fail "after $waited s the API server does not show node '$NODE' as this machine: $ANSWER"
      return 1
    fi
    if [ "$waited" -eq 0 ]; then say "waiting for node '$NODE', at most $NODE_WAIT_SECONDS s"; fi
    nap 5
    waited=$((waited + 5))
  done
  say "the API server knows node '$NODE' ($NODE_UID)"
}

# True when the node is there and its status came from this machine: a node of the same name may be left from another.
ask_api() { # KUBECONFIG
  ANSWER=$(timeout 60 kubectl --kubeconfig "$1" --cache-dir "$WORK/kubectl" --request-timeout=20s get node "$NODE" \
    -o 'jsonpath=node:{.metadata.uid}:{.status.nodeInfo.machineID}' 2>&1 | redact)
  case $ANSWER in
    node:*:*) ;;
    *Unauthorized* | *'must be logged in'*)
      ANSWER="it does not accept the node's credentials ($(last_line)): is there an access entry of type HYBRID_LINUX for the role?"
      return 1
      ;;
    *NotFound*)
      ANSWER='there is no such node yet: kubelet has not registered it; see journalctl -u kubelet'
      return 1
      ;;
    *Forbidden* | *forbidden*)
      ANSWER="the node's credentials are somebody else's ($(last_line))"
      return 1
      ;;
    *)
      ANSWER=$(last_line)
      return 1
      ;;
  esac
  NODE_UID=${ANSWER#node:}
  machine=${NODE_UID#*:}
  NODE_UID=${NODE_UID%%:*}
  mine=$(cat "$ROOT/etc/machine-id" 2>/dev/null)
  if [ -n "$machine" ] && [ "$machine" = "$mine" ]; then return 0; fi
  ANSWER="its machine id is '$machine', this machine's is '$mine': does another machine have the same name?"
  return 1
}

last_line() {
  printf '%s' "$ANSWER" | tail -n 1 | cut -c 1-300
}
