#!/bin/sh
# A cluster to join, for the script's eyes: there is none here. `nodeadm init` and kubectl are stand-ins, the check of the
# NodeConfig stays the real nodeadm's. The services that are asked first are a web server on loopback.
set -eu
[ -e /usr/local/bin/nodeadm.real ] || mv /usr/local/bin/nodeadm /usr/local/bin/nodeadm.real
cat >/usr/local/bin/nodeadm <<'NODEADM'
#!/bin/sh
case $1 in init) ;; *) exec /usr/local/bin/nodeadm.real "$@" ;; esac
echo "$*" >>/var/lib/hnf-inits
mkdir -p /var/lib/kubelet /etc/eks/kubelet /var/lib/amazon/ssm
if grep -q activationId /etc/hybrid-node/nodeconfig.yaml && [ ! -e /var/lib/amazon/ssm/registration ]; then
  echo registered >>/var/lib/hnf-registrations
  printf '{"ManagedInstanceID":"mi-0123456789abcdef0","Region":"us-west-2"}' >/var/lib/amazon/ssm/registration
fi
echo kubeconfig >/var/lib/kubelet/kubeconfig
systemctl start hnf-kubelet.service
NODEADM
cat >/usr/local/bin/kubectl <<'KUBECTL'
#!/bin/sh
echo "node:11111111-2222-3333-4444-555555555555:$(cat /etc/machine-id)"
KUBECTL
chmod 0755 /usr/local/bin/nodeadm /usr/local/bin/kubectl
# The real kubelet's unit would want its configuration.
mv /etc/systemd/system/kubelet.service /etc/systemd/system/kubelet.service.real 2>/dev/null || true
cat >/etc/systemd/system/hnf-kubelet.service <<'UNIT'
[Unit]
Description=Stand-in for kubelet
[Service]
ExecStart=/bin/sleep infinity
[Install]
Alias=kubelet.service
WantedBy=multi-user.target
UNIT
cat >/etc/systemd/system/hnf-services.service <<'UNIT'
[Unit]
Description=Stand-in for the AWS services
Before=hybrid-node-join.service
[Service]
ExecStart=/usr/bin/python3 -m http.server 8080 --bind 127.0.0.1 --directory /run
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl -q enable hnf-kubelet.service hnf-services.service
systemctl start hnf-services.service
