#!/bin/sh
# Part of the join (join.sh): what it keeps in /var/lib/hybrid-node, and what it tells the outside.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

NODE=
NODE_UID=

# cloud-init's; nothing where user data came another way. "iid-datasource-none" says that no source was found this time,
# not that this is another machine.
instance_id() {
  id=$(head -c 200 "$ROOT/var/lib/cloud/data/instance-id" 2>/dev/null | tr -cd 'A-Za-z0-9._:-')
  if [ "$id" = iid-datasource-none ]; then id=; fi
  echo "$id"
}

# A clone has another one, the same machine with a new payload has not.
machine_uuid() {
  tr 'A-F' 'a-f' <"$ROOT/sys/class/dmi/id/product_uuid" 2>/dev/null | tr -cd '0-9a-f-'
}

now() {
  date -u +%Y-%m-%dT%H:%M:%SZ
}

# On one line, for between quotes.
json_text() {
  printf '%s' "$1" | tr '\n\t\r' '   ' | tr -d '\000-\037' | sed 's/[\\"]/\\&/g' | cut -c 1-300
}

json_field() { # NAME FILE
  sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" "$2" 2>/dev/null | head -n 1
}

# A file is there whole or not at all, also after a power cut.
put_file() { # PATH MODE; content on standard input
  (umask 077 && cat >"$1.new") && chmod "$2" "$1.new" && { sync "$1.new" 2>/dev/null || sync; } && mv -f "$1.new" "$1"
}

# --- the marker -----------------------------------------------------------------------------------------------------

# Between "the node is one" and the marker lies the scrub: after a power cut there, nodeadm is not run again.
write_verified() {
  printf '%s %s\n' "$(instance_id)" "$(nodeconfig_sum)" | put_file "$STATE/verified" 0600
}

is_verified() {
  [ -f "$STATE/verified" ] && [ "$(cat "$STATE/verified")" = "$(instance_id) $(nodeconfig_sum)" ] || return 1
  load_nodeconfig
}

write_marker() {
  put_file "$MARKER" 0644 <<JSON
{
  "version": 1,
  "joinedAt": "$(now)",
  "node": "$(json_text "$NODE")",
  "nodeUid": "$(json_text "$NODE_UID")",
  "provider": "$PROVIDER",
  "region": "$(json_text "$REGION")",
  "instanceId": "$(instance_id)",
  "nodeConfigSha256": "$(nodeconfig_sum)",
  "machine": "$(machine_uuid)",
  "attempts": $ATTEMPT,
  "scrubbed": [$SCRUBBED],
  "left": [$LEFT]
}
JSON
  rm -f "$STATE/verified"
}

drop_marker() {
  say "$1: the marker of the join of $(json_field joinedAt "$MARKER") goes, the machine joins again"
  mv -f "$MARKER" "$MARKER.old"
}

# hybrid-node-join-again.service, before the join's condition is looked at. A healthy node is only told so.
recheck() {
  STEP=recheck
  if [ ! -f "$MARKER" ]; then return 0; fi
  was=$(json_field instanceId "$MARKER")
  sum=$(json_field nodeConfigSha256 "$MARKER")
  is=$(instance_id)
  if [ -z "$sum" ]; then
    drop_marker "$MARKER is damaged"
  elif [ -n "$is" ] && [ "$is" != "$was" ]; then
    drop_marker "this is instance '$is', not '$was'"
  elif [ -f "$CONFIG" ] && [ "$(nodeconfig_sum)" != "$sum" ]; then
    drop_marker 'the NodeConfig is another one'
  else
    say "joined as '$(json_field node "$MARKER")' at $(json_field joinedAt "$MARKER"); nothing to do"
  fi
}

# --- a registration with SSM ----------------------------------------------------------------------------------------

REGISTRATION=$ROOT/var/lib/amazon/ssm/registration

registered_as() {
  json_field ManagedInstanceID "$REGISTRATION"
}

# Which machine registered: a clone of its disk is not it.
note_registration() {
  if [ "$PROVIDER" != ssm ] || [ ! -s "$REGISTRATION" ]; then return 0; fi
  printf '{"managedInstance": "%s", "machine": "%s"}\n' "$(registered_as)" "$(machine_uuid)" |
    put_file "$STATE/registration.json" 0600
}

# --- guestinfo ------------------------------------------------------------------------------------------------------

is_vmware() {
  grep -qis vmware "$ROOT/sys/class/dmi/id/product_name"
}

rpc() { # MESSAGE
  if command -v vmware-rpctool >/dev/null; then
    timeout 10 vmware-rpctool "$1" 2>/dev/null
  elif command -v vmtoolsd >/dev/null; then
    timeout 10 vmtoolsd --cmd "$1" 2>/dev/null
  else
    return 1
  fi
}

# guestinfo.hybrid-node.status, which a vCenter shows as extraConfig. Everybody in the guest can write it: a hint, no proof.
report_guestinfo() { # STATE
  if [ "$REPORT" != yes ] || ! is_vmware; then return 0; fi
  text=$(printf '{"state":"%s","step":"%s","attempt":%s,"at":"%s","node":"%s","detail":"%s"}' \
    "$1" "$STEP" "$ATTEMPT" "$(now)" "$(json_text "$NODE")" "$(json_text "$SEEN")")
  rpc "info-set guestinfo.hybrid-node.status $text" >/dev/null || true
}
