#!/bin/sh
# First in the guest: waits for cloud-init and for everybody else who may hold the package manager.
set -eu

echo '::phase=cloud-init limit=20'
mkdir -p /run/hnf
# 1 is "done with errors", 2 "done, degraded": a module that has nothing to do with the build may fail, a hang may not.
code=0
timeout 900 cloud-init status --wait >/run/hnf/cloud-init.txt 2>&1 || code=$?
case $code in
  0) ;;
  1 | 2)
    echo "cloud-init ended with exit code $code, which the build tolerates:"
    cloud-init status --long 2>&1 | tail -n 20 || true
    ;;
  *)
    echo "cloud-init was not done after 15 minutes (exit code $code):"
    cat /run/hnf/cloud-init.txt
    exit 1
    ;;
esac

echo '::phase=settle limit=20'
for unit in apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service \
  unattended-upgrades.service dnf-makecache.timer packagekit.service; do
  systemctl stop "$unit" 2>/dev/null || true
done

# Settings of the build only; seal.sh removes both. nodeadm calls `apt install` itself, without waiting for a lock.
if command -v apt-get >/dev/null; then
  {
    echo 'DPkg::Lock::Timeout "300";'
    echo 'DPkg::Options { "--force-confdef"; "--force-confold"; };'
    echo 'Acquire::Retries "5";'
    echo 'APT::Install-Recommends "false";'
    # Ubuntu's phased updates would give every build another set of packages.
    echo 'APT::Get::Always-Include-Phased-Updates "true";'
    if [ -n "${HNF_APT_PROXY:-}" ]; then echo "Acquire::http::Proxy \"$HNF_APT_PROXY\";"; fi
    if [ -n "${HNF_APT_PROXY:-}" ]; then echo "Acquire::https::Proxy \"$HNF_APT_PROXY\";"; fi
    # Lists out of a bundle are as old as the bundle. They are signed all the same.
    if [ "${HNF_APT_SNAPSHOT:-}" = yes ]; then echo 'Acquire::Check-Valid-Until "false";'; fi
  } >/etc/apt/apt.conf.d/00-hnf-build
elif [ -n "${HNF_APT_PROXY:-}" ] && [ -f /etc/dnf/dnf.conf ]; then
  printf '# hnf-build begin\nproxy=%s\n# hnf-build end\n' "$HNF_APT_PROXY" >>/etc/dnf/dnf.conf
fi
