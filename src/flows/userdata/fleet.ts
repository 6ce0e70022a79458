import type { Datasource } from '../../guestinfo/payload.ts';
import type { PayloadSettings } from '../../guestinfo/types.ts';
import type { NodeSettings } from '../../nodeconfig/settings.ts';

/** What holds for hosts whose row says nothing. */
export interface HostDefaults {
  readonly gateway?: string | undefined;
  readonly dns: readonly string[];
  readonly search: readonly string[];
  /** Name of the network card of hosts without a mac. */
  readonly interface?: string | undefined;
}

/** All that the payloads of a fleet have in common. Plain data: it is copied into worker threads. */
export interface FleetPayloads {
  readonly node: NodeSettings;
  readonly payload: PayloadSettings;
  readonly defaults: HostDefaults;
  readonly datasource: Datasource;
}

const masked = 'REDACTED';

/** The same without its secrets, for payloads that are shown around and boot no machine. Pure. */
export function redactFleet(fleet: FleetPayloads): FleetPayloads {
  const { credentials } = fleet.node;
  if (credentials.kind !== 'ssm') return fleet;
  return { ...fleet, node: { ...fleet.node, credentials: { ...credentials, activationCode: masked } } };
}
