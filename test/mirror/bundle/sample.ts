import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HashMemo } from '../../../src/core/hash-memo.ts';
import { type BundleContent, type BundleManifest, emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import type { OpenContext } from '../../../src/mirror/bundle/open-bundle.ts';
import { type BundleFile, describeBundle, writeBundle } from '../../../src/mirror/bundle/write-bundle.ts';

export interface SampleBundle {
  folder: string;
  path: string;
  manifest: BundleManifest;
  files: readonly BundleFile[];
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'bundle-'));
}

export function writingContext() {
  return { hashes: new HashMemo(makeFolder()), signal: new AbortController().signal };
}

export function openContext(changes: Partial<OpenContext> = {}): OpenContext {
  return { ...writingContext(), ...changes };
}

export const sampleTexts: Readonly<Record<string, string>> = {
  'tools/packer-1/packer': '#!/bin/sh\n',
  'packages/deb.debian.org/debian/pool/main/g/gcc/libstdc++6_12.2.0-14+deb12u1_amd64.deb': 'a package',
  'sources/empty': '',
  'images/large': 'x'.repeat(3_000_000),
};

/** Files on the disk, and the bundle made of them. */
export async function makeBundle(
  name = 'sample.tar',
  texts: Readonly<Record<string, string>> = sampleTexts,
  content: BundleContent = emptyContent,
): Promise<SampleBundle> {
  const folder = makeFolder();
  const files = Object.entries(texts).map(([path, text], index): BundleFile => {
    const file = join(folder, 'files', String(index));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return { path, file, executable: path.startsWith('tools/') };
  });
  const context = writingContext();
  const manifest = await describeBundle(content, files, context);
  const path = join(folder, name);
  await writeBundle(path, manifest, files, context);
  return { folder, path, manifest, files };
}
