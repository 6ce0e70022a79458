import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { buildSeedIso } from '../../../src/lab/seed/iso.ts';
import { buildNoCloudIso } from '../../../src/lab/seed/nocloud.ts';
import { readIso } from './iso-reader.ts';

const seed = { instanceId: 'i-1', hostname: 'node-1', userData: '#cloud-config\n{}\n', networkConfig: 'version: 2\n' };

describe('lab/seed/iso', () => {
  it.each(['rock-ridge', 'joliet'] as const)('gives the files their names by %s', (names) => {
    const volume = readIso(buildNoCloudIso(seed), names);
    expect(volume.label).toBe('cidata');
    const files = Object.fromEntries(volume.files.map(({ name, content }) => [name, content.toString()]));
    expect(files).toEqual({
      'meta-data': '{"instance-id":"i-1","local-hostname":"node-1"}\n',
      'network-config': 'version: 2\n',
      'user-data': '#cloud-config\n{}\n',
    });
  });

  it('has short names that plain ISO 9660 allows, readable by everybody', () => {
    const names = readIso(buildNoCloudIso(seed), 'iso').files.map(({ name }) => name);
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^[A-Z0-9_]{1,8}\.;1$/);
    const modes = readIso(buildNoCloudIso(seed), 'rock-ridge').files.map(({ mode }) => mode);
    expect(modes).toEqual([0o100444, 0o100444, 0o100444]);
  });

  it('gives back any content', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,30}$/);
    const files = fc.uniqueArray(fc.record({ name, content: fc.uint8Array({ maxLength: 9000 }) }), {
      selector: (file) => file.name,
      minLength: 0,
      maxLength: 6,
    });
    fc.assert(
      fc.property(files, (written) => {
        const image = buildSeedIso(written, 'OEMDRV');
        expect(image.length % 2048).toBe(0);
        for (const names of ['rock-ridge', 'joliet'] as const) {
          const volume = readIso(image, names);
          expect(volume.sectors * 2048).toBe(image.length);
          const found = new Map(volume.files.map((file) => [file.name, file.content]));
          expect(found.size).toBe(written.length);
          for (const file of written) expect(found.get(file.name)?.equals(file.content)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is the same for the same input, to the byte', () => {
    expect(sha256(buildNoCloudIso(seed))).toBe(sha256(buildNoCloudIso({ ...seed })));
    expect(sha256(buildNoCloudIso(seed))).toMatchInlineSnapshot(
      `"e4dcf54273080a1163c69d21a14509c5791783a418d1cc7f90270e982a8d2a73"`,
    );
  });

  it.each([
    [[{ name: '../x', content: '' }], 'cidata'],
    [[{ name: '', content: '' }], 'cidata'],
    [[{ name: '..', content: '' }], 'cidata'],
    [[{ name: 'ü', content: '' }], 'cidata'],
    [
      [
        { name: 'a', content: '' },
        { name: 'a', content: '' },
      ],
      'cidata',
    ],
    [[], ''],
    [[], 'a label that is too long'],
    [[], 'ci data'],
    [Array.from({ length: 40 }, (_, index) => ({ name: `file-number-${index}`, content: '' })), 'cidata'],
  ])('refuses names and labels that do not fit', (files, label) => {
    expect(() => buildSeedIso(files, label)).toThrowError(expect.objectContaining({ code: 'input.invalid' }));
  });
});
