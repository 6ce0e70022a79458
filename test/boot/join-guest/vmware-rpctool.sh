#!/bin/sh
# Stand-in for VMware's program: guestinfo comes from QEMU's -fw_cfg name=opt/guestinfo.KEY, and what is set stays on the
# disk, as VMware keeps it over a restart.
store=/var/lib/hnf-guestinfo
given=/sys/firmware/qemu_fw_cfg/by_name/opt
[ -d "$given" ] || modprobe qemu_fw_cfg 2>/dev/null
message=$1
key=${message#info-?et }
key=${key%% *}
case $message in
  'info-get '*)
    cat "$store/$key" 2>/dev/null || cat "$given/$key/raw" 2>/dev/null || {
      printf 'No value found' >&2
      exit 1
    }
    ;;
  'info-set '*)
    install -d -m 0700 "$store"
    printf '%s' "${message#info-set "$key" }" >"$store/$key"
    ;;
  *) exit 1 ;;
esac
