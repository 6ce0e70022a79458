import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { FactoryError } from '../../core/errors.ts';
import { findText } from '../../core/files.ts';
import { sha256File } from '../../core/hash.ts';
import { checkOva } from '../../formats/check-ova.ts';
import { type DiskInfo, inspectDisk } from '../../formats/inspect-disk.ts';
import type { ImageManifest } from '../image-build/manifest.ts';

export interface Inspection {
  path: string;
  disk: DiskInfo;
  sha256: string;
  /** The manifest beside the artifact that names it, if there is one. */
  manifest: ImageManifest | null;
  sbom: { file: string; packages: number } | null;
  /** What is wrong: another checksum than the manifest's, an unsound OVA. Empty when all is well. */
  findings: readonly string[];
}

/** @throws FactoryError `input.not-found` or `input.invalid` when it is no disk image. */
export async function inspectArtifact(path: string, signal: AbortSignal): Promise<Inspection> {
  const disk = await inspectDisk(path);
  const sha256 = await sha256File(path, signal);
  const manifest = await findManifest(path);
  const wanted = manifest?.artifacts.find((artifact) => artifact.file === basename(path));
  const changed =
    wanted === undefined || wanted.sha256 === sha256
      ? []
      : [`SHA-256 is ${sha256}, the manifest says ${wanted.sha256}`];
  const unsound = disk.format === 'ova' ? await ovaFindings(path, signal) : [];
  return {
    path,
    disk,
    sha256,
    manifest: manifest ?? null,
    sbom: await findSbom(path, manifest),
    findings: [...changed, ...unsound],
  };
}

async function ovaFindings(path: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    await checkOva(path, { signal });
    return [];
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'verify.failed') return error.details;
    throw error;
  }
}

async function findManifest(path: string): Promise<ImageManifest | undefined> {
  for (const name of await readdir(dirname(path))) {
    if (!name.endsWith('.manifest.json')) continue;
    const text = await findText(join(dirname(path), name));
    const manifest = text === undefined ? undefined : parseManifest(text);
    if (manifest?.artifacts.some((artifact) => artifact.file === basename(path)) === true) return manifest;
  }
  return undefined;
}

const KnownManifest = z.looseObject({
  schema: z.literal(1),
  artifacts: z.array(z.object({ file: z.string(), sha256: z.string().nullable() })),
});

/** Undefined for a file that only has the name of a manifest. */
function parseManifest(text: string): ImageManifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return KnownManifest.safeParse(value).success ? (value as ImageManifest) : undefined;
  } catch {
    return undefined;
  }
}

async function findSbom(path: string, manifest: ImageManifest | undefined): Promise<Inspection['sbom']> {
  if (manifest === undefined) return null;
  const file = join(dirname(path), `${basename(path).replace(/\.[^.]+$/, '')}.spdx.json`);
  const text = await findText(file);
  if (text === undefined) return null;
  return { file, packages: (JSON.parse(text) as { packages: unknown[] }).packages.length };
}
