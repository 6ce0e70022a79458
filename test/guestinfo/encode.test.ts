import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder, encodePayload } from '../../src/guestinfo/encode.ts';
import { transports } from '../../src/guestinfo/sizes.ts';

const unpack = (text: string) => gunzipSync(Buffer.from(text, 'base64'));
const pack = (text: string, own: readonly string[]) => createEncoder()(text, own);

/** Lines of anything: control characters, halves of characters, none of them ASCII; some far longer than others. */
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('\uD83D', '\uDE00', '\u00e9', '\0', '\r', 'a'), maxLength: 20 }),
  fc.constantFrom('', 'common: line', 'another: common', '  - item'),
  fc.integer({ min: 1, max: 3000 }).map((length) => 'long '.repeat(length)),
);
const lines = fc.array(line, { maxLength: 30 });
const text = fc.tuple(lines, fc.boolean()).map(([all, ends]) => `${all.join('\n')}${ends ? '\n' : ''}`);
const ends = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 25 }));
/** Cut out of the text wherever it may be, or something that is not in it at all. */
const cases = fc.tuple(
  text,
  fc.array(fc.oneof(ends, fc.constantFrom('', '\n', 'nowhere', 'common')), { maxLength: 5 }),
);
const hostile = cases.map(([whole, words]) => ({
  text: whole,
  own: words.map((word) => {
    if (typeof word === 'string') return word;
    const start = Math.floor(word[0] * whole.length);
    return whole.slice(start, start + word[1]);
  }),
}));

describe('guestinfo/encode', () => {
  it('comes back as it went in, whatever the words are', () => {
    fc.assert(
      fc.property(hostile, ({ text: whole, own }) => {
        const packed = pack(whole, own);
        expect(packed).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
        expect(unpack(packed).equals(Buffer.from(whole))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same bytes whatever was packed before', () => {
    const shared = createEncoder();
    fc.assert(
      fc.property(hostile, ({ text: whole, own }) => {
        expect(shared(whole, own)).toBe(pack(whole, own));
      }),
      { numRuns: 1500 },
    );
  });

  it('stores lines with own words as they are, and compresses the rest', () => {
    const whole = `${'common: text\n'.repeat(50)}name: node-1\n${'common: text\n'.repeat(50)}`;
    const bytes = Buffer.from(pack(whole, ['node-1']), 'base64');
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    expect(bytes.includes('\nname: node-1\n')).toBe(false);
    expect(bytes.includes('name: node-1\n')).toBe(true);
    expect(bytes.includes('common: text')).toBe(false);
  });

  it.each([
    ['all of it is own', 'node-1\n'.repeat(100), ['node-1']],
    ['an own line is longer than a stored block', `${'x'.repeat(300_000)}\nnode-1${'y'.repeat(70_000)}\n`, ['node-1']],
    [
      'an own line is longer than a stored block in bytes',
      `${'x'.repeat(300_000)}\nnode-1${'é'.repeat(40_000)}\n`,
      ['node-1'],
    ],
    ['it is nothing', '', []],
    ['it is nothing, and so is the word', '', ['']],
  ])('packs a text whole when %s', (_what, whole, own) => {
    const packed = pack(whole, own);
    expect(unpack(packed).toString()).toBe(whole);
    if (whole !== '') expect(packed).toBe(encodePayload(whole));
  });

  it('packs texts of many megabytes', () => {
    const whole = `${'a common line\n'.repeat(200_000)}name: node-1\n${'a common line\n'.repeat(200_000)}`;
    expect(unpack(pack(whole, ['node-1'])).toString() === whole).toBe(true);
  });

  it('is as short as can be where every byte counts', () => {
    // Nothing compresses it, but for what stands there twice: apart, neither half knows of the other.
    const noise = Array.from({ length: 2900 }, (_, at) =>
      Math.sin(at + 1)
        .toString(36)
        .slice(4, 14),
    ).join('\n');
    const whole = `${noise}\nname: node-1\n${noise}\n`;
    const packed = pack(whole, ['node-1']);
    expect(packed.length).toBeLessThan(transports.guestinfo.warnFrom);
    expect(packed).toBe(encodePayload(whole));
  });

  it('remembers no more than some hundred pieces', () => {
    const encode = createEncoder();
    const before = process.memoryUsage().external;
    for (let at = 0; at < 3000; at += 1) {
      const whole = `label: l${at}\nname: node-${at}\n${'common: text\n'.repeat(20)}`;
      expect(unpack(encode(whole, [`node-${at}`])).toString()).toBe(whole);
    }
    expect(process.memoryUsage().external - before).toBeLessThan(64 * 1024 * 1024);
  });
});
