import { createPayloadRenderer, type Payload } from '../../guestinfo/payload.ts';
import type { PayloadHost } from '../../guestinfo/types.ts';
import type { Host } from '../../hosts/host.ts';
import { isIn, parseIpv4, parseIpv4Network } from '../../hosts/ipv4.ts';
import { buildNodeConfig } from '../../nodeconfig/build.ts';
import { renderNodeConfig } from '../../nodeconfig/render.ts';
import type { FleetPayloads, HostDefaults } from './fleet.ts';

/** Makes the payload of one host after the other. Pure. */
export function createPayloadMaker(fleet: FleetPayloads): (host: Host) => Payload {
  const renderPayload = createPayloadRenderer(fleet.payload, fleet.datasource);
  return (host) => {
    const nodeConfig = renderNodeConfig(buildNodeConfig(fleet.node, host));
    return renderPayload(withDefaults(host, fleet.defaults), nodeConfig);
  };
}

/** A gateway is somebody's only where it is in his network; servers of our own are for hosts that DHCP tells none. */
export function withDefaults(host: Host, defaults: HostDefaults): PayloadHost {
  if (host.ip === undefined) return host;
  const dns = host.dns ?? defaults.dns;
  const search = host.search ?? defaults.search;
  const card = host.interface ?? (host.mac === undefined ? defaults.interface : undefined);
  return { ...host, gateway: host.gateway ?? findGateway(host.ip, defaults), dns, search, interface: card };
}

function findGateway(ip: string, { gateway }: HostDefaults): string | undefined {
  const [network, address] = [parseIpv4Network(ip), parseIpv4(gateway ?? '')];
  if (network === undefined || address === undefined) return undefined;
  return isIn(address, network) && address !== network.address ? gateway : undefined;
}
