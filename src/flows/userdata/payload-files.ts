import type { Datasource, Payload } from '../../guestinfo/payload.ts';
import { buildSeedIso } from '../../lab/seed/iso.ts';
import type { HostFile } from '../host-folders/folder.ts';

/** Every name hnf has ever given to a file of a host's folder; others are somebody else's. */
export const ownNames: readonly string[] = [
  'userdata',
  'metadata',
  'userdata.b64',
  'metadata.b64',
  'network-config',
  'seed.iso',
];

/** cli.md, "Files it writes". */
export function listPayloadFiles(payload: Payload, datasource: Datasource): HostFile[] {
  const files: HostFile[] = [
    { name: 'userdata', content: payload.userdata },
    { name: 'metadata', content: payload.metadata },
    { name: 'userdata.b64', content: payload.userdataB64 },
    { name: 'metadata.b64', content: payload.metadataB64 },
  ];
  if (datasource === 'vmware') return files;
  const { networkConfig } = payload;
  if (networkConfig !== undefined) files.push({ name: 'network-config', content: networkConfig });
  return [...files, { name: 'seed.iso', content: buildSeed(payload) }];
}

/** cloud-init wants both files, and a CD of this label. */
function buildSeed({ userdata, metadata, networkConfig }: Payload): Uint8Array {
  const files = [
    { name: 'user-data', content: userdata },
    { name: 'meta-data', content: metadata },
    ...(networkConfig === undefined ? [] : [{ name: 'network-config', content: networkConfig }]),
  ];
  return buildSeedIso(files, 'cidata');
}
