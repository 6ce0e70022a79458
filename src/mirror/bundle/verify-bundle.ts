import { FactoryError } from '../../core/errors.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import type { BundleManifest } from './bundle-manifest.ts';
import { hashContent, readBundle } from './read-members.ts';

export interface BundleFinding {
  /** Path in the bundle. */
  path: string;
  code: 'file.missing' | 'file.unlisted' | 'file.twice' | 'file.size' | 'file.checksum' | 'bundle.unreadable';
  message: string;
}

export interface BundleVerdict {
  path: string;
  identity: string;
  /** What it holds; as its manifest says. */
  content: BundleManifest['content'];
  /** Files that were read in full. */
  files: number;
  bytes: number;
  whole: boolean;
  findings: readonly BundleFinding[];
}

/**
 * Reads every byte of a bundle, archive or folder, and reports everything that is not as its manifest says.
 * @throws FactoryError `input.not-found`, `input.invalid` (no bundle, or a changed manifest), `interrupted`.
 */
export async function verifyBundle(path: string, signal?: AbortSignal): Promise<BundleVerdict> {
  const { manifest, members } = await readBundle(path);
  const missing = new Map(manifest.members.map((member) => [member.path, member]));
  const seen = new Set<string>();
  const findings: BundleFinding[] = [];
  let bytes = 0;
  try {
    for await (const found of members) {
      checkInterrupted(signal);
      const actual = await hashContent(found.content, () => checkInterrupted(signal));
      bytes += actual.bytes;
      const wanted = missing.get(found.path);
      missing.delete(found.path);
      findings.push(...judge(found.path, wanted, actual, seen.has(found.path)));
      seen.add(found.path);
    }
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'input.invalid') throw error;
    findings.push({ path: '', code: 'bundle.unreadable', message: error.message });
  }
  for (const lost of missing.keys()) findings.push({ path: lost, code: 'file.missing', message: 'is missing' });
  const { identity, content } = manifest;
  return { path, identity, content, files: seen.size, bytes, whole: findings.length === 0, findings };
}

function judge(
  path: string,
  wanted: BundleManifest['members'][number] | undefined,
  actual: { sha256: string; bytes: number },
  isSecond: boolean,
): BundleFinding[] {
  if (isSecond) return [{ path, code: 'file.twice', message: 'is there a second time' }];
  if (wanted === undefined) return [{ path, code: 'file.unlisted', message: 'is not in the manifest' }];
  if (actual.bytes !== wanted.bytes) {
    return [{ path, code: 'file.size', message: `has ${actual.bytes} bytes, the manifest says ${wanted.bytes}` }];
  }
  if (actual.sha256 === wanted.sha256) return [];
  const message = `has SHA-256 ${actual.sha256}, the manifest says ${wanted.sha256}`;
  return [{ path, code: 'file.checksum', message }];
}
