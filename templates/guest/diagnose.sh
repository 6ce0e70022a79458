#!/bin/sh
# Runs only when a step failed, before the machine is thrown away: what a person would look at first.
set -u

echo '::phase=diagnose limit=5'
echo '--- disks, memory'
df -h / /boot /run 2>/dev/null
head -n 3 /proc/meminfo
echo '--- failed units'
systemctl --failed --no-legend --plain 2>/dev/null
echo '--- warnings of this boot'
journalctl -b -p warning --no-pager -n 40 2>/dev/null
echo '--- tracker'
cat /opt/nodeadm/tracker 2>/dev/null || echo 'there is none'
exit 0
