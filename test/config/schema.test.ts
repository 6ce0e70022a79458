import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { renderJsonSchema } from '../../src/config/json-schema.ts';
import { WrittenConfig } from '../../src/config/schema.ts';
import { fieldsOf, unwrap } from '../../src/config/schema-walk.ts';
import { wholeValues } from '../../src/config/tree.ts';

interface Leaf {
  path: string;
  description: string;
}

function listFields(schema: z.ZodType, path: readonly string[] = []): { groups: Leaf[]; leaves: Leaf[] } {
  const plain = unwrap(schema);
  const inner = plain instanceof z.ZodRecord ? (plain.valueType as z.ZodType) : plain;
  const result = { groups: [] as Leaf[], leaves: [] as Leaf[] };
  for (const field of fieldsOf(inner)) {
    const here = [...path, field.key];
    const below = unwrap(field.schema);
    const isGroup = below instanceof z.ZodObject || below instanceof z.ZodRecord || below instanceof z.ZodUnion;
    (isGroup ? result.groups : result.leaves).push({ path: here.join('.'), description: field.description });
    if (!isGroup) continue;
    const deeper = listFields(field.schema, here);
    result.groups.push(...deeper.groups);
    result.leaves.push(...deeper.leaves);
  }
  return result;
}

function listRecords(schema: z.ZodType, path: readonly string[] = []): string[] {
  return fieldsOf(schema).flatMap((field) => {
    const here = [...path, field.key];
    return unwrap(field.schema) instanceof z.ZodRecord ? [here.join('.')] : listRecords(field.schema, here);
  });
}

describe('config/schema', () => {
  const { groups, leaves } = listFields(WrittenConfig);

  it('describes every field', () => {
    expect(leaves.length).toBeGreaterThan(60);
    expect([...groups, ...leaves].filter(({ description }) => description.length < 10)).toEqual([]);
  });

  it('tells the default of every value that may be left out', () => {
    const always = /\.(kind|family|url|checksum)$|os\.version$/;
    const silent = leaves.filter(({ path, description }) => !/default/i.test(description) && !always.test(path));
    expect(silent).toEqual([]);
  });

  it('tells the unit of every number', () => {
    const numbers = leaves.filter(({ path }) => /GiB|MiB|Minutes/.test(path));
    const units = { GiB: 'in GiB', MiB: 'in MiB', Minutes: 'in minutes' };
    for (const { path, description } of numbers) {
      const unit = Object.entries(units).find(([suffix]) => path.endsWith(suffix));
      expect(description, path).toContain(unit?.[1]);
    }
    expect(numbers.length).toBeGreaterThan(6);
  });

  it('takes groups with keys of a person as values, so that their dots separate nothing', () => {
    const records = listRecords(WrittenConfig.omit({ images: true }));
    expect(records.sort()).toEqual([...wholeValues].sort());
  });

  it('refuses unknown keys in every group', () => {
    const schema = JSON.parse(renderJsonSchema()) as unknown;
    const open: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (node === null || typeof node !== 'object') return;
      if ('properties' in node && (node as { additionalProperties?: unknown }).additionalProperties !== false)
        open.push(path);
      for (const [key, item] of Object.entries(node)) visit(item, `${path}/${key}`);
    };
    visit(schema, '');
    expect(open).toEqual([]);
  });

  it('has the committed JSON Schema up to date (node scripts/generate-schema.ts)', () => {
    const path = resolve(import.meta.dirname, '../../schema/images.config.schema.json');
    expect(readFileSync(path, 'utf8')).toBe(renderJsonSchema());
  });
});
