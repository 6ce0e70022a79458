import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EventArtifact } from '../../core/events.ts';
import { findText } from '../../core/files.ts';
import type { Store } from '../../core/store.ts';
import type { OutputPaths } from '../image-build/output-files.ts';

const Manifest = z.object({
  identity: z.string(),
  artifacts: z.array(
    z.object({ format: z.string(), file: z.string(), bytes: z.number().nullable(), sha256: z.string().nullable() }),
  ),
});

/** The OVA that an earlier build of exactly this image left here, if it is still whole. */
export async function findFinishedOva(
  paths: OutputPaths,
  identity: string,
  store: Store,
): Promise<EventArtifact | undefined> {
  const manifest = readManifest(await findText(paths.manifest));
  if (manifest?.identity !== identity) return undefined;
  const entry = manifest.artifacts.find(({ format }) => format === 'ova');
  if (entry?.sha256 == null || entry.bytes === null) return undefined;
  const path = join(paths.folder, entry.file);
  const stats = await stat(path).catch(() => undefined);
  if (stats?.size !== entry.bytes || (await store.hashes.sha256(path)) !== entry.sha256) return undefined;
  return { format: 'ova', path, bytes: entry.bytes, sha256: entry.sha256 };
}

function readManifest(text: string | undefined): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}
