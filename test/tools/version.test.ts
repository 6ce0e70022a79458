import { describe, expect, it } from 'vitest';
import { compareToolVersions, findVersion, judgeVersion } from '../../src/tools/version.ts';

describe('tools/version', () => {
  it.each([
    ['v1.16.0', [1, 16, 0], ''],
    ['7.2', [7, 2], ''],
    ['1.4.0-dev', [1, 4, 0], 'dev'],
    ['1.34.2+k3s1', [1, 34, 2], ''],
  ])('reads %s', (text, numbers, preRelease) => {
    expect(findVersion(text)).toEqual({ numbers, preRelease });
  });

  it.each(['', 'latest', 'v', '1.x', '1..2'])("finds no version in '%s'", (text) => {
    expect(findVersion(text)).toBeUndefined();
  });

  it('orders by number, not by text, and pre-releases before their release', () => {
    const unsorted = ['1.11.0', '1.9.5', '1.10', '1.11.0-rc1', '1.2', '1.10.0.1'];
    expect(unsorted.sort(compareToolVersions)).toEqual(['1.2', '1.9.5', '1.10', '1.10.0.1', '1.11.0-rc1', '1.11.0']);
    expect(compareToolVersions('1.2', '1.2.0')).toBe(0);
    expect(compareToolVersions('unknown', '0.1')).toBeLessThan(0);
  });

  it.each([
    ['1.11.0', '>=1.11.0 <2', 'in-range'],
    ['1.16.0', '>=1.11.0 <2', 'in-range'],
    ['1.6.6', '>=1.11.0 <2', 'too-old'],
    ['1.11.0-dev', '>=1.11.0 <2', 'too-old'],
    ['2.0.0', '>=1.11.0 <2', 'too-new'],
    ['1.0.9', '=1.0.9', 'in-range'],
    ['1.0.9-dev', '=1.0.9', 'too-old'],
    ['1.1.0', '=1.0.9', 'too-new'],
    ['1.0', '>1.0', 'too-old'],
    ['1.1', '<=1.0', 'too-new'],
    ['anything', '', 'in-range'],
    ['anything', '>=1', 'too-old'],
  ])('%s in "%s" is %s', (version, range, verdict) => {
    expect(judgeVersion(version, range)).toBe(verdict);
  });
});
