import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropFaults } from '../../src/config/drop-faults.ts';
import { WrittenConfig } from '../../src/config/schema.ts';
import { listSchemaFindings } from '../../src/config/schema-findings.ts';

const keys = fc.oneof(
  fc.constantFrom(...Object.keys(WrittenConfig.shape), 'kind', 'url', 'os', 'extends', 'sizeGiB'),
  fc.string(),
);
const anything = fc.object({
  key: keys,
  maxDepth: 4,
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
});

function rest(value: unknown): unknown {
  return dropFaults(WrittenConfig, value, listSchemaFindings(WrittenConfig, value));
}

describe('config/drop-faults', () => {
  it('keeps the good part of a faulty config', () => {
    const config = {
      arch: 'amd64',
      provider: 'smm',
      packages: ['jq', 'Not A Package'],
      disk: { sizeGiB: 0 },
      images: { web: { extends: 'debian12-lab', source: { kind: 'cloudImage', url: 'x' } }, Bad: {} },
      extra: 1,
    };
    expect(rest(config)).toEqual({
      arch: 'amd64',
      disk: {},
      images: { web: { extends: 'debian12-lab', source: { kind: 'cloudImage' } } },
    });
  });

  it('makes a valid config of anything, and finds fault exactly with what the schema refuses', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.jsonValue()), (value) => {
        expect(WrittenConfig.safeParse(rest(value)).success).toBe(true);
        expect(listSchemaFindings(WrittenConfig, value).length === 0).toBe(WrittenConfig.safeParse(value).success);
      }),
      { numRuns: 500 },
    );
  });

  it('finds fault with objects that are no text however they are asked', () => {
    const odd = { toString: 1, valueOf: 'x' };
    const value = { arch: odd, images: { web: { source: { kind: odd, url: '/x' } } }, iso: { checksum: odd } };
    expect(listSchemaFindings(WrittenConfig, value).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['arch', 'images.web.source.kind', 'iso.checksum']),
    );
  });

  it('leaves a valid config as it is', () => {
    const config = { kubernetes: '1.34', images: { web: { extends: 'x' } } };
    expect(rest(config)).toEqual(config);
  });
});
