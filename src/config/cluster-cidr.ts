import { quote } from './findings.ts';
import { isIpv4 } from './host-name.ts';

const accepted = "accepted: the cluster's service network, such as '10.100.0.0/16'";

interface CidrFault {
  message: string;
  severity?: 'warning';
  hint?: string;
}

/** What is wrong with the network of the cluster's services. */
export function findCidrFault(cidr: string): CidrFault | undefined {
  if (cidr === '') return undefined;
  const [, address = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  if (address.includes(':')) return { message: `${quote(cidr)} is IPv6; hybrid nodes are IPv4. ${accepted}` };
  if (!isIpv4(address) || Number(prefix) > 32) return { message: `${quote(cidr)} is no IPv4 network; ${accepted}` };
  const bits = toNumber(address);
  const inside = bits % 2 ** (32 - Number(prefix));
  if (inside !== 0) {
    const hint = `The network is '${toAddress(bits - inside)}/${prefix}'.`;
    return { message: `${quote(cidr)} is an address inside a network; ${accepted}`, hint };
  }
  if (Number(prefix) >= 12 && Number(prefix) <= 24 && isPrivate(bits)) return undefined;
  const message = `${quote(cidr)} is no service network EKS hands out (private, /12 to /24)`;
  return { message, severity: 'warning' };
}

/** The tenth address of a service network, where EKS runs the cluster's DNS; as nodeadm, it goes by the text (internal/api/net.go). */
export function clusterDnsAddress(cidr: string): string {
  return `${cidr.slice(0, cidr.lastIndexOf('.'))}.10`;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(bits: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

function isPrivate(bits: number): boolean {
  const within = (address: string, prefix: number) =>
    Math.floor(bits / 2 ** (32 - prefix)) === Math.floor(toNumber(address) / 2 ** (32 - prefix));
  return within('10.0.0.0', 8) || within('172.16.0.0', 12) || within('192.168.0.0', 16);
}
