#!/bin/sh
# Takes the build machine out of Red Hat's books, and every trace of the registration off the disk. Runs before the image is
# sealed and after a failure: a machine that is thrown away registered uses up the account. Run again, it changes nothing.
set -eu
export HOME=/root

echo '::phase=unsubscribe limit=10'
command -v subscription-manager >/dev/null || exit 0
failed=0

consumer=$(timeout 120 subscription-manager identity 2>/dev/null | sed -n 's/^system identity: *//p') || consumer=
if [ -e /etc/pki/consumer/cert.pem ]; then
  attempt=1
  until timeout 120 subscription-manager unregister; do
    if [ "$attempt" -ge 4 ]; then
      echo "unsubscribe: this machine stays registered; remove system ${consumer:-(unknown)} by hand at console.redhat.com" >&2
      failed=1
      break
    fi
    sleep $((attempt * 10))
    attempt=$((attempt + 1))
  done
fi
timeout 120 subscription-manager clean || failed=1

if [ -e /run/hnf/rhsm.conf ]; then
  install -m 0644 /run/hnf/rhsm.conf /etc/rhsm/rhsm.conf
  rm -f /run/hnf/rhsm.conf
fi
for folder in /etc/pki/consumer /etc/pki/entitlement /etc/rhsm/facts /var/lib/rhsm/cache /var/lib/rhsm/facts \
  /var/lib/rhsm/packages /var/lib/insights /var/log/rhsm; do
  if [ -d "$folder" ]; then find "$folder" -mindepth 1 -delete; fi
done
rm -f /etc/insights-client/machine-id /etc/insights-client/.registered /etc/insights-client/.unregistered \
  /etc/insights-client/.lastupload /etc/yum.repos.d/redhat.repo

exit "$failed"
