import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FactoryError } from '../../src/core/errors.ts';
import { buildNodeConfig } from '../../src/nodeconfig/build.ts';
import { checkNodeConfig } from '../../src/nodeconfig/check.ts';
import { parseNodeConfig } from '../../src/nodeconfig/parse.ts';
import { renderNodeConfig } from '../../src/nodeconfig/render.ts';
import { hostileConfig } from './hostile-config.ts';
import { iamRaSettings, ssmSettings } from './sample.ts';

describe('nodeconfig/render', () => {
  it.each([
    ['SSM', ssmSettings],
    ['IAM Roles Anywhere', iamRaSettings],
  ])('writes what the checker accepts and reads back: %s', (_, settings) => {
    const built = buildNodeConfig(settings, { name: 'edge-1', labels: { site: 'no' }, ip: '10.0.0.5' });
    const text = renderNodeConfig(built);
    expect(checkNodeConfig(text, { file: 'x' })).toEqual([]);
    expect(parseNodeConfig(text)).toEqual(built);
  });

  it('writes text that yaml and js-yaml read back, whatever is in it', () => {
    fc.assert(
      fc.property(hostileConfig, (config) => {
        const text = renderNodeConfig(config);
        expect(parse(text)).toEqual(config);
        expect(load(text)).toEqual(config);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same text for the same config', () => {
    const built = buildNodeConfig(iamRaSettings, { name: 'edge-1' });
    expect(renderNodeConfig(built)).toBe(renderNodeConfig(structuredClone(built)));
  });

  it('refuses what no file can carry', () => {
    const built = buildNodeConfig({ ...ssmSettings, containerd: 'a\0' }, { name: 'edge-1' });
    expect(() => renderNodeConfig(built)).toThrow(FactoryError);
  });
});
