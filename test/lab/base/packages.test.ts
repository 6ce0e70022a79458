import { describe, expect, it } from 'vitest';
import { parsePackages } from '../../../src/lab/base/packages.ts';

describe('lab/base/packages', () => {
  it('reads names and versions', () => {
    expect(parsePackages('bash\t5.2.15-2+b7\nlibc6\t2.36-9+deb12u10\n')).toEqual([
      { name: 'bash', version: '5.2.15-2+b7' },
      { name: 'libc6', version: '2.36-9+deb12u10' },
    ]);
  });

  it('does not take a broken line', () => {
    expect(() => parsePackages('bash\n')).toThrow(/'bash'/);
  });
});
