import { createCipheriv } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OvfMachine } from '../../src/formats/ovf-machine.ts';
import { grainBytes } from '../../src/formats/vmdk-geometry.ts';

export const sampleMachine: OvfMachine = {
  name: 'debian12-lab',
  hardwareVersion: 15,
  firmware: 'uefi',
  cpus: 2,
  memoryMiB: 4096,
  guestOsType: 'debian12_64Guest',
  product: {
    name: 'debian12-lab',
    vendor: 'hybrid-node-factory',
    version: '1.34.2',
    fullVersion: 'sha256:0123456789ab',
  },
  annotation: 'Kubernetes 1.34.2 & nodeadm 1.0.19\nidentity 0123456789ab',
};

export const sampleTime = 1_700_000_000;

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'formats-'));
}

/** Bytes that do not compress, always the same for a seed. */
export function noise(bytes: number, seed: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, `${seed}.`), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(bytes));
}

/** A piece of a disk; what no piece covers is a hole. */
export interface Piece {
  startBytes: number;
  content: Buffer;
}

/** Writes a sparse disk and returns its path. */
export async function makeDisk(diskBytes: number, pieces: readonly Piece[], folder = makeFolder()): Promise<string> {
  const path = join(folder, 'disk.raw');
  const handle = await open(path, 'w');
  await handle.truncate(diskBytes);
  for (const { startBytes, content } of pieces) await handle.write(content, 0, content.length, startBytes);
  await handle.close();
  return path;
}

/** Text, noise and zeros over `grains` grains and a half. */
export function makeMixedDisk(grains: number, folder = makeFolder()): Promise<string> {
  const pieces = Array.from({ length: grains }, (_, grain) => ({
    startBytes: grain * grainBytes,
    content:
      grain % 3 === 0 ? noise(grainBytes, grain) : Buffer.alloc(grain % 3 === 1 ? grainBytes : 0, `grain ${grain} `),
  }));
  return makeDisk(Math.floor((grains + 0.5) * grainBytes), pieces, folder);
}
