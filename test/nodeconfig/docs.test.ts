import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allCases } from './cases/all.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/nodeconfig.md'), 'utf8');

describe('nodeconfig/docs', () => {
  it('lists every code there is a case for', () => {
    const codes = new Set(allCases.flatMap(({ codes, warnings = [] }) => [...codes, ...warnings]));
    expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
    expect(codes.size).toBeGreaterThan(30);
  });

  it('lists every case where we are stricter, with its reason', () => {
    const strict = allCases.filter(({ stricter }) => stricter !== undefined);
    expect(strict.length).toBeGreaterThan(80);
    for (const { name, stricter = '' } of strict) {
      expect(page).toContain(name.replaceAll('|', '\\|').replaceAll('<', '&lt;'));
      expect(page).toContain(stricter.replaceAll('|', '\\|').replaceAll('<', '&lt;'));
    }
  });
});
