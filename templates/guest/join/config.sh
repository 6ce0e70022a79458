#!/bin/sh
# Part of the join (join.sh): the NodeConfig and join.env as this script needs them.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

# --- the NodeConfig -------------------------------------------------------------------------------------------------

# What nodeadm accepts in place of the activation code (20 to 250 characters), and no secret.
PLACEHOLDER=removed-after-the-join-it-was-used

# Reads and replaces one scalar, in any style a person or a program writes it: YAML's block and flow style, JSON, every
# kind of quotes, a value on the next line. Keys in any case, as nodeadm reads them. Not aliases and tags.
# KEY WORD; with an empty WORD the value is printed, else the document with WORD for the value.
edit_scalar() {
  awk -v key="$1" -v word="$2" '
    function indent(text) { match(text, /^[ \t]*/); return RLENGTH }
    # Cuts the scalar off the front of rest; what stands behind it stays there. Sets value; false when it goes on.
    function cut_scalar(flow,   quote, i, c) {
      sub(/^[ \t]+/, "", rest)
      sub(/[ \t\r]+$/, "", rest)
      quote = substr(rest, 1, 1)
      value = ""
      if (quote == "\"" || quote == "\047") {
        for (i = 2; i <= length(rest); i++) {
          c = substr(rest, i, 1)
          if (quote == "\"" && c == "\\") { i++; value = value substr(rest, i, 1); continue }
          if (c == quote && quote == "\047" && substr(rest, i + 1, 1) == quote) { i++; value = value c; continue }
          if (c == quote) { rest = substr(rest, i + 1); return 1 }
          value = value c
        }
        rest = ""
        return 0
      }
      if (rest == "" || rest ~ /^#/ || rest ~ /^[|>][-+0-9]*([ \t]+#.*)?$/) { rest = ""; return 0 }
      i = flow ? match(rest, /[ \t]*([,}]|[ \t]#)/) : match(rest, /[ \t]+#/)
      value = i ? substr(rest, 1, i - 1) : rest
      rest = i ? substr(rest, i) : ""
      return 1
    }
    following {
      if ($0 ~ /^[ \t]*$/ || indent($0) > depth) {
        if (word == "" && $0 !~ /^[ \t]*(#.*)?$/) { rest = $0; cut_scalar(0); print value; exit }
        next
      }
      following = 0
    }
    /^[ \t]*#/ { if (word != "") print; next }
    match(tolower($0), "(^|[^a-z0-9_-])" key "[\"\047]?[ \t]*:([ \t\"\047]|$)") {
      colon = RSTART + RLENGTH - 1
      while (substr($0, colon, 1) != ":") colon--
      head = substr($0, 1, colon)
      rest = substr($0, colon + 1)
      complete = cut_scalar(head ~ /\{/)
      if (word == "" && complete) { print value; exit }
      if (word != "") print head " \"" word "\"" rest
      if (!complete) { following = 1; depth = indent($0) }
      next
    }
    word != "" { print }
  '
}

field() { # KEY, in lower case
  edit_scalar "$1" '' <"$CONFIG" 2>/dev/null
}

has_key() { # KEY
  awk -v key="$1" '!/^[ \t]*#/ && tolower($0) ~ "(^|[^a-z0-9_-])" key "[\"\047]?[ \t]*:" { found = 1 } END { exit !found }' \
    "$CONFIG" 2>/dev/null
}

# Sets what the steps ask for.
load_nodeconfig() {
  REGION=$(field region)
  NODE_NAME=$(field nodename)
  SECRET=$(field activationcode)
  SECRET_JSON=$(printf '%s' "$SECRET" | sed 's/[\\"]/\\&/g')
  PROVIDER=
  if has_key nodename; then PROVIDER=iam-ra; fi
  if has_key activationid; then
    if [ -n "$PROVIDER" ]; then PROVIDER=both; else PROVIDER=ssm; fi
  fi
}

# The same before and after the activation code was taken out.
nodeconfig_sum() {
  edit_scalar activationcode "$PLACEHOLDER" <"$CONFIG" 2>/dev/null | sha256sum | cut -d ' ' -f 1
}

# --- what programs say ----------------------------------------------------------------------------------------------

SECRET=
SECRET_JSON=
SECRET_PROXY=

# Changes $text: *** for every WORD.
mask() { # WORD
  if [ "${#1}" -lt 4 ]; then return 0; fi
  masked=
  while :; do
    case $text in
      *"$1"*)
        masked=$masked${text%%"$1"*}'***'
        text=${text#*"$1"}
        ;;
      *) break ;;
    esac
  done
  text=$masked$text
}

# Changes $text: *** between the first FROM and the next TO.
mask_between() { # FROM TO
  case $text in
    *"$1"*"$2"*)
      tail=${text#*"$1"}
      text=${text%%"$1"*}$1'***'$2${tail#*"$2"}
      ;;
  esac
}

# Standard input without secrets, line by line as it comes (awk may hold lines back). nodeadm writes the activation code
# when its form is wrong and with every failed registration, and it may stand in the NodeConfig in a way not read here.
redact() {
  while IFS= read -r text || [ -n "$text" ]; do
    mask "$SECRET"
    mask "$SECRET_JSON"
    mask "$SECRET_PROXY"
    mask_between '-code ' ' '
    mask_between 'ActivationCode format: ' '. Must be'
    printf '%s\n' "$text"
  done
}

# --- join.env -------------------------------------------------------------------------------------------------------

number() { # NAME DEFAULT
  eval "given=\${HYBRID_NODE_$1:-}"
  # shellcheck disable=SC2154 # set by eval
  case $given in
    '') given=$2 ;;
    *[!0-9]* | ??????????*)
      warn "join.env: HYBRID_NODE_$1 is not a number of at most 9 digits; taking $2"
      given=$2
      ;;
  esac
  # A leading zero would make it octal.
  while [ "${given#0}" != "$given" ] && [ "$given" != 0 ]; do given=${given#0}; done
  eval "$1=\$given"
}

choice() { # NAME DEFAULT
  eval "given=\${HYBRID_NODE_$1:-}"
  case $given in
    yes | no) ;;
    '') given=$2 ;;
    *)
      warn "join.env: HYBRID_NODE_$1 is neither yes nor no; taking $2"
      given=$2
      ;;
  esac
  eval "$1=\$given"
}

# Lines NAME=VALUE, quoted or not. Not run as a program: what is no setting of these is passed over.
read_settings() {
  # Somebody else's is not read; check_nodeconfig says so.
  if [ ! -f "$SETTINGS" ] || [ -L "$SETTINGS" ] || [ "$(stat -c %u "$SETTINGS")" != "$(id -u)" ]; then return 0; fi
  while IFS= read -r text || [ -n "$text" ]; do
    text=${text%"$(printf '\r')"}
    name=${text%%=*}
    value=${text#*=}
    case $text in
      '' | '#'* | ';'*) continue ;;
      *=*) ;;
      *) name= ;;
    esac
    case $name in
      HTTP_PROXY | HTTPS_PROXY | NO_PROXY | http_proxy | https_proxy | no_proxy) ;;
      SSL_CERT_FILE | SSL_CERT_DIR | AWS_CA_BUNDLE | AWS_ENDPOINT_URL | AWS_ENDPOINT_URL_* | AWS_USE_*) ;;
      HYBRID_NODE_ROOT) name= ;;
      HYBRID_NODE_*) ;;
      *) name= ;;
    esac
    case $name in
      '' | *[!A-Za-z0-9_]*)
        warn "join.env: '$(printf '%.40s' "${text%%=*}")' is no setting of the join, passed over"
        continue
        ;;
    esac
    case $value in
      '"'*'"' | "'"*"'")
        value=${value#?}
        value=${value%?}
        ;;
    esac
    export "$name=$value"
  done <"$SETTINGS"
}

load_settings() {
  STEP=environment
  read_settings
  number TIME_WAIT_SECONDS 120
  number CLOUD_INIT_WAIT_SECONDS 600
  number START_SPREAD_SECONDS 0
  number PROBE_SECONDS 10
  number INIT_SECONDS 1200
  number NODE_WAIT_SECONDS 180
  number RETRY_SECONDS 15
  number RETRY_MAX_SECONDS 600
  number GIVE_UP_SECONDS 86400
  number MAX_ATTEMPTS 0
  choice NAME_CHECK yes
  choice NETWORK_CHECK yes
  choice SCRUB yes
  choice REPORT yes
  INIT_SKIP=${HYBRID_NODE_INIT_SKIP:-none}
  MANIFEST=${HYBRID_NODE_MANIFEST:-}
  # What stands before the @ of a proxy's address.
  SECRET_PROXY=
  for url in "${HTTPS_PROXY:-${https_proxy:-}}" "${HTTP_PROXY:-${http_proxy:-}}"; do
    case $url in
      *://*@*)
        url=${url#*://}
        SECRET_PROXY=${url%@*}
        ;;
    esac
  done
}
