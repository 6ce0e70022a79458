import { type FileHandle, open } from 'node:fs/promises';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { KiB } from '../core/sizes.ts';
import { readStreamVmdk } from './check-stream-vmdk.ts';
import { readVmdkReport, type VmdkReport } from './check-vmdk.ts';
import { hashRange } from './hash-range.ts';
import { parseOvaManifest } from './ova-manifest.ts';
import { ovfFindings } from './ovf-findings.ts';
import { createPagedReader } from './paged-reader.ts';
import { readTarIndex, type TarEntry, type TarIndex } from './tar.ts';

export interface CheckOvaOptions {
  /** Also inflate every grain: reads and unpacks the whole disk. */
  full?: boolean | undefined;
  /** Whose VMDK is in it: ours is compared with how we write it, another one is followed from marker to marker. Default: ours. */
  vmdkBy?: 'us' | 'others' | undefined;
  signal?: AbortSignal | undefined;
}

export interface OvaReport {
  members: readonly TarEntry[];
  vmdk: Pick<VmdkReport, 'capacityBytes' | 'grains'> & { name: string; bytes: number; sha256: string; offset: number };
  /** One line per thing looked at, for a verify report. */
  checks: readonly string[];
}

/**
 * Reads an OVA again as an importer does: order and kind of the tar's members, hashes of the manifest, sizes in the OVF, the
 * VMDK from header to end-of-stream marker.
 * @throws FactoryError `verify.failed` with every finding in `details`; `input.not-found`
 */
export async function checkOva(path: string, options: CheckOvaOptions = {}): Promise<OvaReport> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT')) throw error;
    throw new FactoryError('input.not-found', `there is no OVA '${path}'`, { cause: error });
  });
  try {
    const findings: string[] = [];
    const report = await readOvaReport(handle, findings, options);
    if (findings.length > 0 || report === undefined) throw failed(path, findings);
    return report;
  } finally {
    await handle.close();
  }
}

function failed(path: string, findings: readonly string[]): FactoryError {
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return new FactoryError('verify.failed', `'${path}' is not a sound OVA: ${findings[0]}${more}`, {
    hint: 'Build the image again; if it was copied or downloaded, compare its SHA-256.',
    details: findings,
  });
}

async function readOvaReport(
  handle: FileHandle,
  findings: string[],
  options: CheckOvaOptions,
): Promise<OvaReport | undefined> {
  const index = await readTarIndex(handle);
  findings.push(...tarFindings(index));
  const [ovf, manifest, disk] = index.entries;
  if (findings.length > 0 || ovf === undefined || manifest === undefined || disk === undefined) return undefined;
  const digests = new Map<string, string>();
  for (const member of [ovf, disk]) {
    digests.set(member.name, await hashRange(handle, member.offsetBytes, member.sizeBytes, { signal: options.signal }));
  }
  findings.push(...manifestFindings(await readText(handle, manifest), digests));
  const reader = createPagedReader(handle, disk.offsetBytes, disk.sizeBytes);
  const vmdk =
    options.vmdkBy === 'others'
      ? await readStreamVmdk(reader, findings, options.signal)
      : await readVmdkReport(reader, findings, options);
  if (vmdk === undefined) return undefined;
  const facts = { fileName: disk.name, fileBytes: disk.sizeBytes, capacityBytes: vmdk.capacityBytes };
  findings.push(...ovfFindings(await readText(handle, ovf), facts));
  const sha256 = digests.get(disk.name) ?? '';
  return {
    members: index.entries,
    vmdk: { ...vmdk, name: disk.name, bytes: disk.sizeBytes, offset: disk.offsetBytes, sha256 },
    checks: [
      `tar: ${index.entries.map((entry) => entry.name).join(', ')}; no PAX header`,
      `manifest: SHA-256 of ${[...digests.keys()].join(' and ')} match`,
      'OVF: file size and capacity match the VMDK',
      `VMDK: ${vmdk.grains} grains ascending${options.full ? ', each inflates to 64 KiB' : ''}, end-of-stream marker last`,
    ],
  };
}

function tarFindings(index: TarIndex): string[] {
  const findings: string[] = [];
  const suffixes = ['.ovf', '.mf', '.vmdk'];
  const names = index.entries.map((entry) => entry.name);
  if (names.length !== 3 || !names.every((name, at) => name.endsWith(suffixes[at] ?? '/'))) {
    findings.push(`tar: the members are ${names.join(', ') || 'none'}; expected .ovf, .mf, .vmdk in this order`);
  }
  for (const entry of index.entries) {
    if (entry.type === '0' && entry.magic !== 'none') continue;
    findings.push(
      `tar: member '${entry.name}' is of type '${entry.type}' (${entry.magic}); expected a plain ustar file`,
    );
  }
  if (!index.isEnded) findings.push('tar: two blocks of zeros are missing at the end');
  return findings;
}

function manifestFindings(text: string, digests: ReadonlyMap<string, string>): string[] {
  const listed = parseOvaManifest(text);
  if (listed === undefined) return ['manifest: a line is not of the form SHA256(name)= hex'];
  const unknown = [...listed.keys()].filter((name) => !digests.has(name));
  return [
    ...unknown.map((name) => `manifest: '${name}' is listed but not in the archive`),
    ...[...digests]
      .filter(([name, sha256]) => listed.get(name) !== sha256)
      .map(([name, sha256]) => `manifest: SHA-256 of '${name}' is ${sha256}, listed ${listed.get(name) ?? 'is none'}`),
  ];
}

/** Descriptors are small; what is larger than this is none. */
const mostTextBytes = 512 * KiB;

async function readText(handle: FileHandle, member: TarEntry): Promise<string> {
  const buffer = Buffer.alloc(Math.min(member.sizeBytes, mostTextBytes));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, member.offsetBytes);
  return buffer.toString('utf8', 0, bytesRead);
}
