import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, findNearest, suggestion } from '../../src/config/did-you-mean.ts';

const keys = ['kubernetes', 'provider', 'nodeadm', 'packages', 'timezone', 'hardware', 'sshTimeoutMinutes'];

describe('config/did-you-mean', () => {
  it('counts edits, a swap of neighbours as one', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('provdier', 'provider')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is symmetric, and zero for equal words only', () => {
    const words = fc.string({ maxLength: 12 });
    fc.assert(fc.property(words, words, (a, b) => editDistance(a, b) === editDistance(b, a)));
    fc.assert(fc.property(words, words, (a, b) => (editDistance(a, b) === 0) === (a === b)));
  });

  it('finds the key behind any single slip', () => {
    const slip = fc.record({ key: fc.constantFrom(...keys), at: fc.nat(), letter: fc.constantFrom(...'abcxyz') });
    fc.assert(
      fc.property(slip, ({ key, at, letter }) => {
        const position = at % key.length;
        const word = key.slice(0, position) + letter + key.slice(position + 1);
        return findNearest(word, keys) === key;
      }),
    );
  });

  it('takes other spellings and beginnings for the same word', () => {
    expect(findNearest('ssh_timeout_minutes', keys)).toBe('sshTimeoutMinutes');
    expect(findNearest('sshTimeout', keys)).toBe('sshTimeoutMinutes');
  });

  it('says nothing when nothing is near', () => {
    expect(findNearest('colour', keys)).toBeUndefined();
    expect(suggestion('colour', keys)).toBe('');
  });
});
