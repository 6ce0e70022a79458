import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinImages } from '../../src/catalog/builtin-images.ts';
import type { CatalogRow } from '../../src/catalog/catalog-row.ts';
import { compatibility } from '../../src/catalog/data/compatibility.ts';
import { packageRoot } from '../../src/core/package-root.ts';

const rows: readonly (readonly [string, CatalogRow])[] = Object.entries(builtinImages);

describe('catalog/rows', () => {
  it.each(rows)(
    '%s says where and when its sources were looked at, and where the disk sizes are from',
    (_name, row) => {
      for (const source of Object.values(row.sources)) {
        expect(source.provenance.page).toMatch(/^https:\/\//);
        expect(source.provenance.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
        expect(source.leastDiskBasis.length).toBeGreaterThan(10);
        expect(row.defaults.diskGiB).toBeGreaterThanOrEqual(source.leastDiskGiB);
      }
    },
  );

  it('names what was not seen, in the docs as well', () => {
    const page = readFileSync(join(packageRoot(), 'docs/catalog.md'), 'utf8').replaceAll(/\s+/g, ' ');
    const ofRows = rows.flatMap(([, { sources }]) => Object.values(sources).map(({ provenance }) => provenance.doubt));
    const doubts = [...ofRows, ...compatibility.map(({ doubt }) => doubt)].filter((doubt) => doubt !== undefined);
    expect(doubts.length).toBeGreaterThan(3);
    for (const doubt of doubts) expect(page).toContain(doubt);
    const estimates = rows.filter(([, row]) =>
      Object.values(row.sources).some(({ leastDiskBasis }) => leastDiskBasis.includes('none of the sources')),
    );
    for (const [name] of estimates) expect(page).toMatch(new RegExp(`Smallest disks without a source:[^.]*${name}`));
  });
});
