import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError, hasErrno, messageOf } from '../../core/errors.ts';
import type { HashMemo } from '../../core/hash-memo.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import type { BundleManifest } from './bundle-manifest.ts';

/** A bundle whose files can be used where they lie. */
export interface Bundle {
  folder: string;
  manifest: BundleManifest;
}

/** One line for each file that is not as the manifest says. What has not changed since the last look is not read again. */
export async function listDamage({ folder, manifest }: Bundle, hashes: HashMemo, signal: AbortSignal) {
  const damage: string[] = [];
  for (const { path, sha256 } of manifest.members) {
    checkInterrupted(signal);
    const found = await describeFile(join(folder, path), hashes, signal);
    if (found !== `has SHA-256 ${sha256}`) damage.push(`${path} ${found}`);
  }
  return damage;
}

async function describeFile(file: string, hashes: HashMemo, signal: AbortSignal): Promise<string> {
  try {
    if (!(await lstat(file)).isFile()) return 'is no plain file';
    return `has SHA-256 ${await hashes.sha256(file, signal)}`;
  } catch (error) {
    checkInterrupted(signal);
    return hasErrno(error, 'ENOENT') ? 'is missing' : `cannot be read: ${messageOf(error)}`;
  }
}

/** As many as a person reads; `hnf bundle verify` tells all. */
const mostShown = 20;

export function damagedError(path: string, damage: readonly string[], hint: string): FactoryError {
  const [first = ''] = damage;
  if (damage.length === 1)
    return new FactoryError('check.failed', `the bundle '${path}' is damaged: ${first}`, { hint });
  const more = damage.length - mostShown;
  const details = [...damage.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
  return new FactoryError('check.failed', `the bundle '${path}' is damaged in ${damage.length} places`, {
    details,
    hint,
  });
}
