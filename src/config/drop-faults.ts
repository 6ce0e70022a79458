import type { z } from 'zod';
import { listSchemaFindings, type SchemaFinding, valueAt } from './schema-findings.ts';

/**
 * What is left of a document when everything the schema refuses is taken out, so that the cross-field rules can still judge the
 * rest in the same run. A missing key takes the group it is missing from with it.
 */
export function dropFaults<T>(schema: z.ZodType<T>, value: unknown, faults: readonly SchemaFinding[]): T {
  let rest = value;
  let left = faults;
  // Each round takes something out, so the depth of the document bounds the rounds.
  for (let round = 0; left.length > 0 && round < 16; round += 1) {
    for (const fault of left) rest = dropPath(rest, existing(rest, fault));
    left = listSchemaFindings(schema, rest);
  }
  const result = schema.safeParse(rest);
  return result.success ? result.data : schema.parse({});
}

function existing(root: unknown, fault: SchemaFinding): (string | number)[] {
  return valueAt(root, fault.parts) === undefined && fault.about === 'value'
    ? fault.parts.slice(0, -1)
    : [...fault.parts];
}

function dropPath(value: unknown, path: readonly (string | number)[]): unknown {
  const [head, ...tail] = path;
  if (head === undefined) return {};
  // A faulty element takes its list along: the other indexes must not move.
  if (Array.isArray(value)) return undefined;
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    if (key !== String(head)) return [[key, item]];
    const kept = tail.length === 0 ? undefined : dropPath(item, tail);
    return kept === undefined ? [] : [[key, kept]];
  });
  return Object.fromEntries(entries);
}
