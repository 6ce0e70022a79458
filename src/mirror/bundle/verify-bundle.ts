import { FactoryError, messageOf } from '../../core/errors.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import type { BundleManifest, BundleMember } from './bundle-manifest.ts';
import { type FoundMember, hashContent, readBundle } from './read-members.ts';

export interface BundleFinding {
  /** Path in the bundle; empty for the bundle as a whole. */
  path: string;
  code:
    | 'file.missing'
    | 'file.unlisted'
    | 'file.twice'
    | 'file.kind'
    | 'file.size'
    | 'file.checksum'
    | 'file.unreadable'
    | 'bundle.unreadable'
    | 'bundle.other';
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

export interface VerifyOptions {
  signal?: AbortSignal | undefined;
  /** The identity that the bundle is expected to have. */
  identity?: string | undefined;
}

/**
 * Reads every byte of a bundle, archive or folder, and reports everything that is not as its manifest says.
 * @throws FactoryError `input.not-found`, `input.invalid` (no bundle, or a changed manifest), `interrupted`.
 */
export async function verifyBundle(path: string, { signal, identity }: VerifyOptions = {}): Promise<BundleVerdict> {
  const { manifest, members, close } = await readBundle(path);
  try {
    const check = new MemberCheck(manifest, signal);
    const ending = await check.readAll(members);
    const findings = [...findOther(manifest, identity), ...check.findings, ...ending];
    const { files, bytes } = check;
    const { identity: found, content } = manifest;
    return { path, identity: found, content, files, bytes, whole: findings.length === 0, findings };
  } finally {
    await close();
  }
}

function findOther({ identity }: BundleManifest, expected: string | undefined): BundleFinding[] {
  if (expected === undefined || expected === identity) return [];
  return [{ path: '', code: 'bundle.other', message: `is the bundle ${identity}, expected was ${expected}` }];
}

/** Compares what is there, file by file, with what should be. */
class MemberCheck {
  readonly findings: BundleFinding[] = [];
  files = 0;
  bytes = 0;
  readonly #missing: Map<string, BundleMember>;
  readonly #seen = new Set<string>();
  readonly #signal: AbortSignal | undefined;

  constructor({ members }: BundleManifest, signal: AbortSignal | undefined) {
    this.#missing = new Map(members.map((member) => [member.path, member]));
    this.#signal = signal;
  }

  /** What is to be said at the end: what is missing, or where nothing more could be read. */
  async readAll(members: AsyncIterable<FoundMember>): Promise<BundleFinding[]> {
    try {
      for await (const found of members) await this.#read(found);
    } catch (error) {
      if (!(error instanceof FactoryError) || error.code !== 'input.invalid') throw error;
      const message = `${error.message}; files of the manifest behind that: ${this.#missing.size}`;
      return [{ path: '', code: 'bundle.unreadable', message }];
    }
    return [...this.#missing.keys()].map((path) => ({ path, code: 'file.missing', message: 'is missing' }));
  }

  async #read({ path, bytes, content }: FoundMember): Promise<void> {
    checkInterrupted(this.#signal);
    const wanted = this.#missing.get(path);
    const report = (code: BundleFinding['code'], message: string) => this.findings.push({ path, code, message });
    const isSecond = this.#seen.has(path);
    this.#missing.delete(path);
    this.#seen.add(path);
    if (content === undefined) return void report('file.kind', 'is no plain file: a link, a pipe or a device');
    const actual = await this.#hash(content);
    if (typeof actual === 'string') return void report('file.unreadable', `cannot be read: ${actual}`);
    if (isSecond) report('file.twice', 'is there a second time');
    else if (wanted === undefined) report('file.unlisted', 'is not in the manifest');
    else if (bytes !== wanted.bytes) report('file.size', `has ${bytes} bytes, the manifest says ${wanted.bytes}`);
    else if (actual.sha256 !== wanted.sha256)
      report('file.checksum', `has SHA-256 ${actual.sha256}, the manifest says ${wanted.sha256}`);
  }

  /** A file of a folder that cannot be read is one finding; an archive that cannot be read further is its end. */
  async #hash(content: AsyncIterable<Buffer>): Promise<{ sha256: string } | string> {
    try {
      const actual = await hashContent(content, () => checkInterrupted(this.#signal));
      this.files += 1;
      this.bytes += actual.bytes;
      return actual;
    } catch (error) {
      if (error instanceof FactoryError) throw error;
      return messageOf(error);
    }
  }
}
