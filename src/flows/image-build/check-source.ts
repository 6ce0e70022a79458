import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudImageSource } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { inspectDisk } from '../../formats/inspect-disk.ts';
import { downloadFile } from '../../mirror/download.ts';
import type { LayerInputs } from './layer-inputs.ts';
import { findLocalSource } from './preflight.ts';

const checksumHint = 'Fetch the file again, or correct `source.checksum` if the vendor has a new release.';

const downloadTimeoutMs = 2 * 60 * 60 * 1000;

/**
 * The vendor's disk on this machine, with the right checksum and really a disk; downloaded once where it is remote.
 * @throws FactoryError `input.invalid` for another checksum or no disk image, `input.not-found`, `network.failed`.
 */
export async function checkSource(inputs: LayerInputs): Promise<string> {
  const { source } = inputs.request.spec;
  if (source.kind !== 'cloudImage') throw new FactoryError('internal', `a '${source.kind}' source has no file`);
  const path = findLocalSource(inputs.request.spec) ?? (await download(source, inputs));
  const digest = await inputs.store.hashes.sha256(path, inputs.context.signal);
  const wanted = source.checksum.replace(/^sha256:/, '').toLowerCase();
  if (digest !== wanted) {
    throw new FactoryError(
      'input.invalid',
      `the source '${path}' has the SHA-256 ${digest}, the catalog says ${wanted}`,
      {
        hint: checksumHint,
      },
    );
  }
  const disk = await inspectDisk(path);
  if (disk.format === 'ova' || (disk.format === 'raw' && disk.partitions === 'none')) {
    throw new FactoryError(
      'input.invalid',
      `the source '${path}' is no bootable disk; accepted: qcow2, VMDK, or raw with partitions`,
    );
  }
  return path;
}

async function download(source: CloudImageSource, { store, context }: LayerInputs): Promise<string> {
  const sha256 = source.checksum.replace(/^sha256:/, '').toLowerCase();
  const entry = await store.provide('source', sha256, context, async (folder) => {
    const part = join(store.root, 'downloads', `${sha256}.part`);
    const http = { ...context, answerTimeoutMs: 30_000, idleTimeoutMs: 60_000 };
    await downloadFile(source.url, part, { sha256, timeoutMs: downloadTimeoutMs }, http).catch((error: unknown) => {
      if (!(error instanceof FactoryError) || error.code !== 'check.failed') throw error;
      throw new FactoryError('input.invalid', error.message, { hint: checksumHint, cause: error });
    });
    await rename(part, join(folder, 'disk'));
    return { url: source.url };
  });
  return join(entry.folder, 'disk');
}
