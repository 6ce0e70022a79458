#!/bin/sh
# Registers the build machine with Red Hat and enables the repositories of its release and processor.
# HNF_RH_ORG and HNF_RH_ACTIVATION_KEY, or HNF_RH_USERNAME and HNF_RH_PASSWORD (and HNF_RH_ORG for a user of several) come in
# the environment. `subscription-manager register` takes them on its command line only, where every process can read them:
# so they go to the D-Bus service behind it, through a socket that it opens for this one caller.
set -eu
export HOME=/root

die() {
  echo "subscribe: $*" >&2
  exit 1
}

# Simple content access: what is registered may use every repository, there is nothing to attach.
is_registered() { timeout 120 subscription-manager identity >/dev/null 2>&1; }

# RHEL 8's Python is not on the PATH.
find_python() {
  for python in /usr/libexec/platform-python /usr/bin/python3; do
    if "$python" -c 'import dbus' >/dev/null 2>&1; then
      echo "$python"
      return
    fi
  done
  die 'there is no Python with D-Bus, which subscription-manager itself needs'
}

register() {
  python=$(find_python)
  # The service may have been started before its configuration was written (rhbz#2049296).
  systemctl stop rhsm.service 2>/dev/null || true
  "$python" - <<'PYTHON'
import json, os, sys, time
import dbus

def secret(name):
    return os.environ.pop("HNF_RH_" + name, "")

org, key, user, password = secret("ORG"), secret("ACTIVATION_KEY"), secret("USERNAME"), secret("PASSWORD")
if key and not org:
    sys.exit("subscribe: an activation key needs its organisation (RH_ORG)")
if not key and not (user and password):
    sys.exit("subscribe: RH_ORG with RH_ACTIVATION_KEY, or RH_USERNAME with RH_PASSWORD, are not set")

def redact(text):
    for value in (key, password, user):
        if value:
            text = text.replace(value, "***")
    return " ".join(text.split())

def message_of(error):
    text = error.get_dbus_message() or str(error)
    try:
        text = json.loads(text)["message"]
    except (KeyError, TypeError, ValueError):
        pass
    return redact(str(text))

# What another attempt cannot change.
final = ("invalid", "unauthorized", "forbidden", "none of the activation keys", "not exist", "organization", "already registered")
empty = dbus.Dictionary({}, signature="sv")
options = dbus.Dictionary({"name": "hnf-build-%d" % time.time()}, signature="sv")

def register_once():
    server = dbus.SystemBus().get_object("com.redhat.RHSM1", "/com/redhat/RHSM1/RegisterServer")
    address = server.Start("C", dbus_interface="com.redhat.RHSM1.RegisterServer")
    try:
        if key:
            method, signature, arguments = "RegisterWithActivationKeys", "sasa{sv}a{sv}s", (org, [key])
        else:
            method, signature, arguments = "Register", "sssa{sv}a{sv}s", (org, user, password)
        dbus.connection.Connection(address).call_blocking(
            "com.redhat.RHSM1", "/com/redhat/RHSM1/Register", "com.redhat.RHSM1.Register",
            method, signature, arguments + (options, empty, "C"), timeout=300)
    finally:
        server.Stop("C", dbus_interface="com.redhat.RHSM1.RegisterServer")

for attempt in range(1, 6):
    try:
        register_once()
        print("registered as", options["name"])
        break
    except dbus.exceptions.DBusException as error:
        message = message_of(error)
        if attempt == 5 or any(word in message.lower() for word in final):
            sys.exit("subscribe: Red Hat did not register this machine: " + message)
        print("attempt %d failed, once more in %d seconds: %s" % (attempt, attempt * 5, message), flush=True)
        time.sleep(attempt * 5)
PYTHON
}

retry() { # COMMAND...
  attempt=1
  until timeout 600 "$@"; do
    [ "$attempt" -lt 4 ] || die "$* failed four times"
    sleep $((attempt * 15))
    attempt=$((attempt + 1))
  done
}

echo '::phase=subscribe limit=20'
command -v subscription-manager >/dev/null || die 'there is no subscription-manager: is this RHEL?'
mkdir -p /run/hnf

# The proxy that dnf was given, for the registration as well. The file as it was comes back when the machine is unregistered.
if [ ! -e /run/hnf/rhsm.conf ]; then install -m 0600 /etc/rhsm/rhsm.conf /run/hnf/rhsm.conf; fi
proxy=$(sed -n 's/^proxy[[:space:]]*=[[:space:]]*//p' /etc/dnf/dnf.conf | tail -n 1)
if [ -n "$proxy" ]; then
  chmod 0600 /etc/rhsm/rhsm.conf
  HNF_PROXY=$proxy "$(find_python)" - <<'PYTHON'
import os, re
from urllib.parse import unquote, urlsplit
url = urlsplit(os.environ["HNF_PROXY"])
values = {
    "proxy_scheme": url.scheme, "proxy_hostname": url.hostname or "", "proxy_port": str(url.port or 3128),
    "proxy_user": unquote(url.username or ""), "proxy_password": unquote(url.password or ""),
}
path = "/etc/rhsm/rhsm.conf"
with open(path) as source:
    lines = source.read().splitlines()
lines = [line for line in lines if not re.match(r"\s*(%s)\s*=" % "|".join(values), line)]
at = next(index for index, line in enumerate(lines) if line.strip() == "[server]") + 1
# A % begins an interpolation there.
lines[at:at] = ["%s = %s" % (name, value.replace("%", "%%")) for name, value in values.items()]
with open(path, "w") as target:
    target.write("\n".join(lines) + "\n")
PYTHON
fi

# A kickstart with `rhsm` has registered it already.
if is_registered; then echo 'registered already'; else register; fi
unset HNF_RH_ORG HNF_RH_ACTIVATION_KEY HNF_RH_USERNAME HNF_RH_PASSWORD
is_registered || die 'Red Hat says that this machine is not registered'

# Images for other places come with the management of repositories switched off.
subscription-manager config --rhsm.manage_repos=1
retry subscription-manager refresh
# shellcheck disable=SC1091 # the guest has it
major=$(. /etc/os-release && echo "${VERSION_ID%%.*}")
machine=$(uname -m)
set -- "--enable=rhel-$major-for-$machine-baseos-rpms" "--enable=rhel-$major-for-$machine-appstream-rpms"
set -f # an id is a word, never a pattern
for repository in ${HNF_RH_REPOSITORIES:-}; do set -- "$@" "--enable=$repository"; done
retry subscription-manager repos "$@"
