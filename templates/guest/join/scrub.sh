#!/bin/sh
# Part of the join (join.sh): after it, the machine's copies of what came with its user data go. Metadata stays
# everywhere: without it the next boot would be another instance's first.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

SCRUBBED=
LEFT=

scrubbed() { SCRUBBED="$SCRUBBED${SCRUBBED:+, }\"$1\""; }

left() { # WHAT WHY
  LEFT="$LEFT${LEFT:+, }\"$(json_text "$1")\""
  warn "$1: $2"
}

scrub() {
  if [ "$SCRUB" = no ]; then
    warn 'secrets stay where they are: HYBRID_NODE_SCRUB=no'
    LEFT='"everything"'
    return 0
  fi
  scrub_nodeconfig
  scrub_cloud_init
  scrub_guestinfo
  note_medium
}

# Registered is registered: the code is of no use to this node any more, and may register others until it expires. The
# file stays valid for nodeadm upgrade and debug.
scrub_nodeconfig() {
  case $SECRET in
    '' | "$PLACEHOLDER") return 0 ;;
    '*'* | '&'* | '!'*)
      left nodeconfig "the activation code is written as an alias or with a tag, which is not understood here; take it out of $CONFIG by hand"
      return 0
      ;;
  esac
  new=$CONFIG.scrubbed
  (umask 077 && edit_scalar activationcode "$PLACEHOLDER" <"$CONFIG" >"$new")
  if grep -qF -- "$SECRET" "$new" || ! is_same_but_code "$new"; then
    rm -f "$new"
    left nodeconfig "the activation code cannot be taken out of $CONFIG without changing more; do it by hand"
    return 0
  fi
  put_file "$CONFIG" 0600 <"$new"
  rm -f "$new"
  SECRET=
  SECRET_JSON=
  scrubbed nodeconfig
  say "the activation code is out of $CONFIG"
}

is_same_but_code() { # FILE
  for key in activationid region name apiversion; do
    [ "$(field "$key")" = "$(edit_scalar "$key" '' <"$1")" ] || return 1
  done
}

# Copies of the user data. cloud-init makes each of them again at a boot, out of what its data source then gives. It has
# finished (wait_cloud_init), or still reads obj.pkl: then that stays.
scrub_cloud_init() {
  found=no
  for path in "$ROOT"/var/lib/cloud/instances/*/user-data.txt "$ROOT"/var/lib/cloud/instances/*/user-data.txt.i \
    "$ROOT"/var/lib/cloud/instances/*/cloud-config.txt "$ROOT"/var/lib/cloud/instances/*/obj.pkl \
    "$ROOT"/run/cloud-init/combined-cloud-config.json; do
    if [ ! -f "$path" ] || [ -L "$path" ]; then continue; fi
    if [ -e "$ROOT/run/cloud-init/enabled" ] && [ ! -e "$ROOT/run/cloud-init/result.json" ]; then
      left cloud-init 'it is still running and needs its copies of the user data; remove /var/lib/cloud/instances/*/{user-data.txt,user-data.txt.i,cloud-config.txt,obj.pkl} when it is done'
      return 0
    fi
    rm -f "$path"
    found=yes
  done
  # A seed on the disk itself is a data source: it stays one, without content.
  for path in "$ROOT"/var/lib/cloud/seed/*/user-data; do
    if [ ! -f "$path" ] || [ -L "$path" ]; then continue; fi
    printf '#cloud-config\n{}\n' | put_file "$path" 0600
    found=yes
  done
  if [ "$found" = no ]; then return 0; fi
  scrubbed cloud-init
  say "cloud-init's copies of the user data are gone"
}

# What any process in the guest, and whoever may look at the VM in vCenter, can read. `---` and a blank are what cloud-init
# writes itself for "redacted", and takes for nothing.
scrub_guestinfo() {
  if ! is_vmware; then return 0; fi
  if is_blank "$(rpc 'info-get guestinfo.userdata')"; then return 0; fi
  if is_blank "$(rpc 'info-get guestinfo.metadata')"; then
    left guestinfo.userdata 'there is no metadata beside it, so without it the next boot would be another instance; clear it in vCenter when the machine is not started again'
    return 0
  fi
  rpc 'info-set guestinfo.userdata ---' >/dev/null
  rpc 'info-set guestinfo.userdata.encoding  ' >/dev/null
  if is_blank "$(rpc 'info-get guestinfo.userdata')"; then
    scrubbed guestinfo.userdata
    say 'guestinfo.userdata is cleared'
  else
    left guestinfo.userdata 'it cannot be cleared from here (guest_rpc.rpci.auth.cmd.info-set?); clear it in vCenter'
  fi
}

is_blank() {
  case $(printf '%s' "$1" | tr -d ' \t\n') in '' | ---) return 0 ;; *) return 1 ;; esac
}

# Not to be changed from in here.
note_medium() {
  for label in cidata CIDATA config-2 CONFIG-2; do
    if [ -e "$ROOT/dev/disk/by-label/$label" ]; then
      left "medium $label" 'the seed medium still has the user data, and every boot copies it again; detach it'
      return 0
    fi
  done
}
