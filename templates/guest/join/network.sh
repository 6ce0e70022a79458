#!/bin/sh
# Part of the join (join.sh): can the services be reached, and do they have the same time? Asked before nodeadm is run,
# because nodeadm spends an activation before it looks at the network.
# shellcheck disable=SC2034,SC2153 # variables of the other parts

dns_suffix() { # REGION; as nodeadm (internal/aws/partition.go)
  case $1 in
    cn-*) echo amazonaws.com.cn ;;
    us-iso-*) echo c2s.ic.gov ;;
    us-isob-*) echo sc2s.sgov.gov ;;
    eu-isoe-*) echo cloud.adc-e.uk ;;
    us-isof-*) echo csp.hci.ic.gov ;;
    eusc-*) echo amazonaws.eu ;;
    *) echo amazonaws.com ;;
  esac
}

# Where the AWS SDK's own settings say so, somewhere else.
endpoint() { # SERVICE HOST-PREFIX
  url=$(printenv "AWS_ENDPOINT_URL_$1" || printenv AWS_ENDPOINT_URL || true)
  echo "${url:-https://$2.$REGION.$(dns_suffix "$REGION")}"
}

list_endpoints() {
  case $PROVIDER in
    ssm) endpoint SSM ssm ;;
    iam-ra) endpoint ROLESANYWHERE rolesanywhere ;;
  esac
  endpoint STS sts
  endpoint ECR api.ecr
  api=$(field apiserverendpoint)
  # With all three details of the cluster, nodeadm does not ask EKS.
  if [ -z "$api" ] || ! has_key certificateauthority || ! has_key cidr; then endpoint EKS eks; fi
  if [ -n "$api" ]; then echo "$api"; fi
}

# Prints nothing when anything at all answers, else why not. The cluster's certificate is of its own authority.
probe() { # URL
  set -- "$1" --silent --show-error --output /dev/null --dump-header "$WORK/headers" \
    --connect-timeout "$PROBE_SECONDS" --max-time $((PROBE_SECONDS * 2))
  if [ "$1" = "$(field apiserverendpoint)" ]; then set -- "$@" --insecure; fi
  : >"$WORK/headers"
  # Silent unless it fails; its words name the exit code.
  said=$(curl "$@" 2>&1 | redact)
  case $said in
    '') return 0 ;;
    *'curl: (6)'*) echo 'the name is not found (DNS)' ;;
    *'curl: (5)'*) echo "the proxy's name is not found (DNS)" ;;
    *'curl: (7)'*) echo 'no connection (refused, or no route)' ;;
    *'curl: (28)'*) echo "no answer within $PROBE_SECONDS s" ;;
    *'curl: (35)'* | *'curl: (60)'*) echo "TLS fails: ${said#*curl: }" ;;
    *'curl: (56)'* | *'curl: (97)'*) echo "the proxy or the service ends the connection: ${said#*curl: }" ;;
    *) echo "${said#*curl: }" ;;
  esac
}

# Seconds that the service of the last probe is ahead of this machine; nothing when it did not say.
clock_difference() {
  served=$(tr -d '\r' <"$WORK/headers" | sed -n 's/^[Dd]ate: *//p' | tail -n 1)
  if [ -z "$served" ]; then return 0; fi
  served=$(date -d "$served" +%s 2>/dev/null) || return 0
  echo $((served - $(date +%s)))
}

check_network() {
  if [ "$NETWORK_CHECK" = no ]; then
    say 'not looked at: HYBRID_NODE_NETWORK_CHECK=no'
    return 0
  fi
  if ! command -v curl >/dev/null; then
    warn 'not looked at: there is no curl'
    return 0
  fi
  reached=0
  unreached=
  for url in $(list_endpoints); do
    why=$(probe "$url")
    if [ -n "$why" ]; then
      unreached="$unreached${unreached:+; }$url: $(echo "$why" | head -n 1)"
      continue
    fi
    reached=$((reached + 1))
    off=$(clock_difference)
    # AWS refuses what is off by more than 5 minutes.
    if [ "${off:-0}" -gt 240 ] || [ "${off:-0}" -lt -240 ]; then
      STEP='time'
      fail "this machine's clock says $(now), which $url is ${off#-} s $([ "$off" -gt 0 ] && echo ahead || echo behind) of: AWS refuses its requests; set the clock, or give it a time server"
      return 1
    fi
  done
  if [ -n "$unreached" ]; then
    fail "cannot reach $unreached; look at DNS, routes, firewall and proxy${HTTPS_PROXY:+ ($(echo "$HTTPS_PROXY" | redact))}"
    return 1
  fi
  say "$reached of $reached services answer"
}
