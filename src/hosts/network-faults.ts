import type { Host } from './host.ts';
import {
  findReservedBlock,
  findSpecialUse,
  formatIpv4,
  type Ipv4Network,
  isIn,
  parseIpv4,
  parseIpv4Network,
} from './ipv4.ts';

export interface RowFault {
  column: keyof Host;
  message: string;
}

type Network = Pick<Host, 'ip' | 'gateway' | 'network' | 'search' | 'dns'>;

/** What is wrong between the network columns of one row, each of them right by itself. Pure. */
export function findNetworkFaults(host: Network): RowFault[] {
  const { ip, gateway } = host;
  if (ip === undefined)
    return gateway === undefined
      ? []
      : [{ column: 'gateway', message: `'${gateway}' stands without an ip; accepted: both, or neither for DHCP` }];
  const network = parseIpv4Network(ip);
  if (network === undefined) return [];
  return [...findAddressFaults(ip, network, host), ...findGatewayFaults(gateway, network)];
}

function findAddressFaults(ip: string, network: Ipv4Network, host: Network): RowFault[] {
  const reason = findReservedBlock(network.address) ?? findSpecialUse(network.address, network);
  if (reason !== undefined) return [{ column: 'ip', message: `'${ip}' ${reason}; accepted: an address of a machine` }];
  const group = parseIpv4Network(host.network ?? '');
  if (group === undefined || isIn(network.address, group)) return [];
  return [{ column: 'ip', message: `'${ip}' is outside its network '${host.network}'; accepted: ${rangeOf(group)}` }];
}

function findGatewayFaults(gateway: string | undefined, network: Ipv4Network): RowFault[] {
  const address = parseIpv4(gateway ?? '');
  if (address === undefined) return [];
  const reason = isIn(address, network)
    ? address === network.address
      ? 'is the address of the host itself'
      : findSpecialUse(address, network)
    : `is outside the network of ${formatIpv4(network.address)}/${network.prefix}`;
  if (reason === undefined) return [];
  return [{ column: 'gateway', message: `'${gateway}' ${reason}; accepted: another address, ${rangeOf(network)}` }];
}

function rangeOf(network: Ipv4Network): string {
  const inset = network.prefix > 30 ? 0 : 1;
  return `${formatIpv4(network.first + inset)} to ${formatIpv4(network.last - inset)}`;
}
