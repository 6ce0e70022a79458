import { describe, expect, it } from 'vitest';
import { formatFloat32, resolvePlain, textOfPlain } from '../../src/nodeconfig/plain-scalar.ts';
import { plainScalars } from './plain-scalars.ts';

describe('nodeconfig/plain-scalar', () => {
  it.each(plainScalars)('%s becomes %s', (written, read) => {
    expect(textOfPlain(resolvePlain(written), written)).toBe(read);
  });

  it('formats floats as Go does with 32 bits', () => {
    expect([0, 1, -1.5, 0.1, 1e-5, 123_456, 1_234_567, 16_777_217, 1e30].map(formatFloat32)).toEqual(
      '0 1 -1.5 0.1 1e-05 123456 1.234567e+06 1.6777216e+07 1e+30'.split(' '),
    );
  });
});
