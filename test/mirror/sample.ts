import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Arch } from '../../src/catalog/image-spec.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentEmit } from '../../src/core/events.ts';
import { sha256 } from '../../src/core/hash.ts';
import { silentLog } from '../../src/core/log.ts';
import { Store } from '../../src/core/store.ts';
import type { MirrorContext } from '../../src/mirror/context.ts';
import {
  type ArtifactName,
  artifactNames,
  eksArtifactNames,
  type Inventory,
  type MirrorItem,
  type MirrorRelease,
} from '../../src/mirror/inventory.ts';

export const sampleVersions: Readonly<Record<ArtifactName, string>> = {
  kubelet: '1.34.2',
  kubectl: '1.34.2',
  'cni-plugins': '1.8.0',
  'ecr-credential-provider': '1.34.0',
  'aws-iam-authenticator': '0.7.5',
  aws_signing_helper: '1.4.0',
  nodeadm: '1.0.19',
};

export function sampleItem(name: ArtifactName, change: Partial<MirrorItem> = {}): MirrorItem {
  const content = sampleContent(name);
  return {
    name,
    version: sampleVersions[name],
    arch: 'amd64',
    origin: 'go',
    source: `pkg:golang/example.com/${name}`,
    sha256: sha256(content),
    bytes: content.length,
    licence: 'Apache-2.0',
    gzip: false,
    file: `/nowhere/${name}`,
    ...change,
  };
}

/** Stand-in bytes, a different length for each artifact. */
export function sampleContent(name: ArtifactName): Buffer {
  return Buffer.from(`stand-in for ${name}\n`.repeat(50 + name.length));
}

export function sampleRelease(kubernetes = '1.34.2', arch: Arch = 'amd64'): MirrorRelease {
  const artifacts = { ...sampleVersions, kubelet: kubernetes, kubectl: kubernetes };
  return { kubernetes, arch, artifacts: Object.fromEntries(eksArtifactNames.map((n) => [n, artifacts[n]])) as never };
}

/** An inventory without files behind it. */
export function sampleInventory(): Inventory {
  return {
    releases: [sampleRelease()],
    items: artifactNames.map((name) => sampleItem(name)),
    regions: { 'us-west-2': { ecrAccountId: '602401143452', partition: 'aws', dnsSuffix: 'amazonaws.com' } },
  };
}

/** An inventory whose files are there, in a folder of their own. */
export async function placeSample(): Promise<{ inventory: Inventory; folder: string }> {
  const folder = await makeFolder('artifacts');
  const inventory = sampleInventory();
  const items: MirrorItem[] = [];
  for (const item of inventory.items) {
    const file = join(folder, item.name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, sampleContent(item.name));
    items.push({ ...item, file });
  }
  return { inventory: { ...inventory, items }, folder };
}

export function makeFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `${name}-`));
}

export async function sampleContext(change: Partial<MirrorContext> = {}): Promise<MirrorContext> {
  return {
    log: silentLog,
    emit: silentEmit,
    label: { operation: 'mirror test', subject: 'sample', phase: 'artifacts' },
    signal: new AbortController().signal,
    clock: systemClock,
    store: new Store(await makeFolder('store')),
    env: {},
    ...change,
  };
}
