import type { Payload } from '../../guestinfo/payload.ts';
import { findSizeFaults } from '../../guestinfo/sizes.ts';
import type { FindingsBag } from '../../hosts/findings-bag.ts';
import type { Host } from '../../hosts/host.ts';
import type { FleetPayloads } from './fleet.ts';
import { createPayloadMaker } from './make-payload.ts';
import type { CheckedHosts } from './read-fleet.ts';

export interface HostPayload {
  host: Host;
  payload: Payload;
}

/** The payloads of the chosen hosts, one after the other, nothing written; what is too long for its way goes to the bag. */
export async function* listPayloads({ bag, list }: CheckedHosts, fleet: FleetPayloads): AsyncGenerator<HostPayload> {
  const makePayload = createPayloadMaker(fleet);
  for await (const hosts of list()) {
    for (const host of hosts) {
      const payload = makePayload(host);
      if (isSendable(host, payload, fleet, bag)) yield { host, payload };
    }
  }
}

function isSendable(host: Host, payload: Payload, { datasource }: FleetPayloads, bag: FindingsBag): boolean {
  if (datasource !== 'vmware') return true;
  const faults = findSizeFaults({ userdata: payload.userdataB64, metadata: payload.metadataB64 }, 'guestinfo');
  for (const { severity, what, message } of faults)
    bag.add({ severity, ...host.row, path: `${host.name}: ${what}`, message });
  return faults.every(({ severity }) => severity === 'warning');
}
