import { open } from 'node:fs/promises';
import { isMadeHere } from '../../catalog/build-needs.ts';
import type { CloudImageSource, IsoSource } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { inspectDisk } from '../../formats/inspect-disk.ts';
import { provideDebianInstaller } from '../../lab/installer/debian-iso.ts';
import { findUnverified } from './found-source.ts';
import type { LayerInputs } from './layer-inputs.ts';
import { findLocalSource } from './preflight.ts';
import { downloadSource, httpLimits, provideSource } from './provide-source.ts';
import { resolveChecksum } from './source-checksum.ts';

const checksumHint = 'Fetch the file again, or correct `source.checksum` if the vendor has a new release.';

/** What Packer starts from. */
export interface CheckedSource {
  path: string;
  /** As Packer takes it. */
  checksum: string;
}

/**
 * The vendor's disk or medium on this machine, with the right checksum and really what it should be; downloaded once where it is
 * remote. Debian's installer is made here if nobody gave one.
 * @throws FactoryError `input.invalid` for another checksum or another kind of file, `input.not-found`, `network.failed`.
 */
export async function checkSource(inputs: LayerInputs): Promise<CheckedSource> {
  const { spec } = inputs.request;
  const { source } = spec;
  if (source.kind === 'bootstrap') throw new FactoryError('internal', 'a bootstrap source has no file');
  const { store, context } = inputs;
  if (source.url === null) {
    if (isMadeHere(spec)) return { path: await provideDebianInstaller({ ...context, store }), checksum: 'none' };
    throw missingSource(source);
  }
  const wanted = source.found?.replace(/^sha256:/, '') ?? (await findSum(source.url, source.checksum, inputs));
  const path = inputs.sourceFile ?? (await findPath(source.url, wanted, inputs));
  await checkKind(source.kind, path, source.url);
  return { path, checksum: `sha256:${wanted}` };
}

/** Nobody knows a private file by its path. */
async function checkKind(kind: 'iso' | 'cloudImage', path: string, url: string): Promise<void> {
  try {
    await (kind === 'iso' ? checkIso(path) : checkDisk(path));
  } catch (error) {
    if (!(error instanceof FactoryError) || !/^https?:/.test(url)) throw error;
    const { code, message, hint = 'Look at what the address gives, and correct it.' } = error;
    throw new FactoryError(code, message.replaceAll(path, url), { hint, cause: error });
  }
}

/** A list of sums on the network was read when the bundle was made. */
async function findSum(url: string, checksum: string | null, inputs: LayerInputs): Promise<string> {
  const bundled = inputs.bundle?.bundle.manifest.content.sources.find((source) => source.url === url);
  if (bundled !== undefined && checksum?.startsWith('file:http')) return bundled.sha256;
  const sum = await resolveChecksum(checksum ?? 'none', url, httpContext(inputs));
  if (sum !== undefined) return sum;
  throw new FactoryError(
    'input.invalid',
    `'${url}' comes without a checksum; accepted: a file whose SHA-256 is known`,
    {
      hint: "Give `source.checksum`; 'none' goes without.",
    },
  );
}

async function findPath(url: string, sha256: string, inputs: LayerInputs): Promise<string> {
  const { request, store, context } = inputs;
  const local = findLocalSource(request.spec);
  if (local === undefined) return download(url, sha256, inputs);
  if (findUnverified(request.spec) === undefined) return provideSource({ url, sha256 }, { ...context, store });
  if ((await store.hashes.sha256(local, context.signal)) === sha256) return local;
  const hint = 'Run the same command again when nobody writes it any more.';
  throw new FactoryError('input.invalid', `'${local}' was changed while it was in use`, { hint });
}

/** For whoever calls this from a program; what a command line lacks has been told by catalog/build-needs.ts. */
function missingSource(source: IsoSource | CloudImageSource): FactoryError {
  const word = source.kind === 'iso' ? 'ISO' : 'CLOUD_IMAGE';
  const what = source.kind === 'iso' ? 'installer' : 'disk';
  return new FactoryError('input.invalid', `the image has no ${what}`, {
    hint: `Set ${word}_URL and ${word}_CHECKSUM, or source.url and source.checksum in the catalog.`,
  });
}

async function checkDisk(path: string): Promise<void> {
  const disk = await inspectDisk(path);
  if (disk.format !== 'ova' && (disk.format !== 'raw' || disk.partitions !== 'none')) return;
  throw new FactoryError(
    'input.invalid',
    `the source '${path}' is no bootable disk; accepted: qcow2, VMDK, or raw with partitions`,
  );
}

/** The primary volume descriptor is in sector 16. https://ecma-international.org/publications-and-standards/standards/ecma-119/ */
async function checkIso(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, 16 * 2048 + 1);
    if (bytesRead === 5 && buffer.toString('latin1') === 'CD001') return;
  } finally {
    await file.close();
  }
  throw new FactoryError('input.invalid', `the source '${path}' is no ISO image; accepted: an installer's medium`);
}

async function download(url: string, sha256: string, inputs: LayerInputs): Promise<string> {
  const { store, context } = inputs;
  return downloadSource({ url, sha256 }, { ...context, store }).catch((error: unknown) => {
    if (!(error instanceof FactoryError) || error.code !== 'check.failed') throw error;
    throw new FactoryError('input.invalid', error.message, { hint: checksumHint, cause: error });
  });
}

function httpContext({ context }: LayerInputs) {
  return { signal: context.signal, env: context.env, ...httpLimits };
}
