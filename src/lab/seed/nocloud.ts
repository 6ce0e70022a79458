import { buildSeedIso } from './iso.ts';

export interface NoCloudSeed {
  /** A new id makes cloud-init treat the boot as the first one. */
  instanceId: string;
  hostname: string;
  /** As cloud-init reads it: `#cloud-config…`, a script, MIME. */
  userData: string;
  /** Network configuration, version 1 or 2; without it cloud-init asks DHCP on the first card. */
  networkConfig?: string;
}

/** The ISO image that cloud-init's NoCloud datasource looks for: label `cidata`, `user-data`, `meta-data`. */
export function buildNoCloudIso(seed: NoCloudSeed): Uint8Array {
  const metaData = JSON.stringify({ 'instance-id': seed.instanceId, 'local-hostname': seed.hostname });
  return buildSeedIso(
    [
      { name: 'user-data', content: seed.userData },
      { name: 'meta-data', content: `${metaData}\n` },
      ...(seed.networkConfig === undefined ? [] : [{ name: 'network-config', content: seed.networkConfig }]),
    ],
    'cidata',
  );
}
