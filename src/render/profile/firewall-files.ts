import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { Profile } from '../../catalog/profile.ts';
import { type NodePort, nodePorts } from '../node-ports.ts';
import type { GuestFile, ProfileSetting } from './profile-file.ts';

/** Interfaces that belong to the CNI: what pods send through them is the CNI's to judge (its network policies), not the host's. */
const cniInterfaces: Readonly<Record<Profile['cni'], readonly string[]>> = {
  cilium: ['cilium_host', 'cilium_net', 'cilium_vxlan', 'lxc+'],
  calico: ['cali+', 'vxlan.calico', 'tunl0'],
};

export function buildFirewallSettings(spec: ImageSpec): ProfileSetting[] {
  const { firewall, cni } = spec.profile;
  if (firewall === 'vendor') return [];
  if (firewall === 'off') return [['FIREWALL', 'off']];
  return [
    ['FIREWALL', 'on'],
    ['FIREWALL_PORTS', nodePorts(cni).map(portText).join(' ')],
    ['FIREWALL_INTERFACES', cniInterfaces[cni].join(' ')],
  ];
}

function portText({ port, protocol }: NodePort): string {
  return `${port}/${protocol}`;
}

/** ufw on Ubuntu and firewalld on RHEL and AL2023 have their own configuration; Debian has nftables and no rules. */
export function buildFirewallFiles(spec: ImageSpec): GuestFile[] {
  if (spec.os.family !== 'debian' || spec.profile.firewall !== 'on') return [];
  return [
    { step: 'firewall', path: '/etc/hybrid-node/firewall.nft', mode: 0o644, content: rulesText(spec.profile.cni) },
    { step: 'firewall', path: '/etc/systemd/system/hybrid-node-firewall.service', mode: 0o644, content: unitText },
  ];
}

/** A table of its own: the CNI's and kube-proxy's are none of our business. */
function rulesText(cni: Profile['cni']): string {
  const interfaces = cniInterfaces[cni].map((name) => `"${name.replace('+', '*')}"`);
  const ports = (protocol: NodePort['protocol']) =>
    nodePorts(cni)
      .filter((port) => port.protocol === protocol)
      .map(({ port, why }) => `    ${protocol} dport ${port} accept comment "${why}"`);
  return `#!/usr/sbin/nft -f
# What may come in. Loading it again replaces it.
table inet hybrid_node
delete table inet hybrid_node
table inet hybrid_node {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    ct state invalid drop
    iifname "lo" accept
${interfaces.map((name) => `    iifname ${name} accept`).join('\n')}
    meta l4proto { icmp, ipv6-icmp } accept
    udp dport { 68, 546 } accept comment "DHCP"
    tcp dport 22 accept comment "SSH"
${[...ports('tcp'), ...ports('udp')].join('\n')}
  }
}
`;
}

/** Not nftables.service: stopping that one takes away everybody's rules. */
const unitText = `[Unit]
Description=Firewall of the hybrid node
DefaultDependencies=no
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/hybrid-node/firewall.nft
ExecReload=/usr/sbin/nft -f /etc/hybrid-node/firewall.nft
ExecStop=/usr/sbin/nft delete table inet hybrid_node

[Install]
WantedBy=sysinit.target
`;
