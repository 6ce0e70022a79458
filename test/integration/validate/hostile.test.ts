import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { type ImageRequest, inspectImage } from '../../../src/catalog/resolve-image.ts';
import { readSettings } from '../../../src/config/read-settings.ts';
import { FactoryError } from '../../../src/core/errors.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { renderPackerFolder } from '../../../src/render/packer/folder.ts';
import { needTools } from '../../helpers/need-tools.ts';
import { type FreeField, freeFields, isHarmless, marked, sampleTexts } from './hostile-fields.ts';
import { templates } from './judge.ts';
import { type Piece, readPieces, withoutText } from './read-pieces.ts';

/** One of every format that a text may get into. */
const requests: readonly (readonly [image: string, request: ImageRequest])[] = [
  ['ubuntu24', { source: 'iso', builder: 'qemu' }],
  ['ubuntu22', { source: 'cloud-image', builder: 'vsphere-clone' }],
  ['rhel9', { source: 'iso', builder: 'vsphere-iso' }],
  ['debian12-netinst', {}],
  ['al2023', { source: 'cloud-image', builder: 'qemu' }],
];

/** A folder per request; undefined: refused, with words. */
async function renderAll(field: FreeField, text: string): Promise<(readonly RenderedFile[] | undefined)[]> {
  const cwd = mkdtempSync(join(tmpdir(), 'hostile-'));
  writeFileSync(join(cwd, 'images.config.json'), JSON.stringify(field.config(text)));
  const { config, findings } = await readSettings({ cwd, env: {} });
  if (findings.some(({ severity }) => severity === 'error')) return requests.map(() => undefined);
  return requests.map(([image, request]) => {
    const { spec, findings: ofImage } = inspectImage(config, image, request);
    if (spec === undefined || ofImage.some(({ severity }) => severity === 'error')) return undefined;
    return renderOne(spec);
  });
}

/** What a format cannot carry is the writer's mistake, never ours. */
function renderOne(spec: ImageSpec): readonly RenderedFile[] | undefined {
  try {
    return renderPackerFolder(spec, templates).filter(({ path }) => !path.startsWith('scripts/'));
  } catch (error) {
    if (error instanceof FactoryError && error.code === 'input.invalid') return undefined;
    throw error;
  }
}

/** More texts where there is time. */
const sampleCount = process.env['HNF_TIER'] === 'all' ? 12 : 0;

const benign = marked('plain');

/** What differs between two texts of a field in one folder; the rest need not be read. */
function listChanged(text: string, files: readonly RenderedFile[], plain: readonly RenderedFile[]): Piece[] {
  const known = new Map(plain.map(({ path, content }) => [path.replaceAll(benign, text), content]));
  return files
    .filter(({ path, content }) => known.get(path) !== content || path.includes(text))
    .map(({ path, content }) => ({ text, path, content }));
}

describe('integration/validate/hostile', () => {
  it.for(freeFields.map((field) => [field.name, field] as const))(
    '%s: refused, or read back as it was written',
    async ([, field], context) => {
      const [packer = '', python = ''] = await needTools(context, 'packer', 'python-judges');
      const plain = await renderAll(field, benign);
      const tally = { accepted: 0, refused: 0 };
      const pieces: (Piece & { cell: number })[] = plain.flatMap((files, cell) =>
        (files ?? []).map(({ path, content }) => ({ text: benign, path, content, cell })),
      );
      const plainCount = pieces.length;
      for (const text of sampleTexts(sampleCount)) {
        for (const [cell, files] of (await renderAll(field, text)).entries()) {
          tally[files === undefined ? 'refused' : 'accepted'] += 1;
          if (files === undefined) continue;
          const base = plain[cell] ?? [];
          if (field.kind === 'closed') expect([text, isHarmless(text)]).toEqual([text, true]);
          expect(files.length).toBe(base.length);
          const changed = listChanged(text, files, base);
          // Where the field matters, what was accepted is there.
          const matters = base.some(({ path, content }) => `${path} ${content}`.includes(benign));
          expect([text, requests[cell], changed.length > 0]).toEqual([text, requests[cell], matters]);
          pieces.push(...changed.map((piece) => ({ ...piece, cell })));
        }
      }
      if (field.kind === 'free') expect(tally.accepted).toBeGreaterThan(tally.refused);
      const read = await readPieces(pieces, packer, python);
      const expected = new Map<string, unknown>();
      for (const [at, { text, path, cell }] of pieces.entries()) {
        const key = `${cell} ${withoutText(path, text)}`;
        const value = withoutText(read[at], text);
        if (at < plainCount) expected.set(key, value);
        else expect({ text, key, value }).toEqual({ text, key, value: expected.get(key) });
      }
    },
  );
});
