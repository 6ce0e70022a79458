import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileSettings } from '../../src/config/schema-profile.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { findingsOf } from '../config/sample.ts';
import { sampleCertificate } from '../render/profile/sample.ts';

const text = readFileSync(join(packageRoot(), 'docs/profiles.md'), 'utf8');
const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');

/** Files that the examples name. */
const files = {
  'certs/corp-root.pem': sampleCertificate,
  'files/agent.sh': '#!/bin/sh\n',
  'hooks/10-agent.sh': '#!/bin/sh\n',
  'hooks/80-agent-check.sh': '#!/bin/sh\n',
};

/** Paths of all settings of a profile, lists by their items. */
function listKeys(schema: z.ZodType, path = ''): string[] {
  const plain = unwrap(schema);
  if (!(plain instanceof z.ZodObject)) return [path];
  return Object.entries(plain.shape).flatMap(([key, child]) => listKeys(child as z.ZodType, `${path}.${key}`));
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return unwrap(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray ? unwrap(schema.element as z.ZodType) : schema;
}

/** The same of a value. */
function listUsed(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listUsed(item, path));
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, item]) => listUsed(item, `${path}.${key}`));
}

describe('docs/profiles', () => {
  it.each(examples.map((example) => [example.split('\n').slice(0, 2).join(' '), example]))(
    'shows nothing that hnf would refuse: %s',
    async (_, example) => {
      const findings = await findingsOf({ ...files, 'images.config.yaml': example });
      expect(findings.filter((line) => !line.startsWith('warning'))).toEqual([]);
    },
  );

  it('has an example of every setting of a profile', () => {
    const used = new Set(examples.flatMap((example) => listUsed(parse(example).profile ?? {})));
    expect(listKeys(profileSettings).filter((key) => !used.has(key))).toEqual([]);
  });
});
