import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGuestReport } from '../../../src/lab/verify/guest-report.ts';

const nonce = 'abc123';

function line(number: number, id: string, value: string): string {
  return `hnf1 ${nonce} ${number} ${id} ${value.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`;
}

describe('lab/verify/guest-report', () => {
  it('reads facts and the end marker', () => {
    const text = line(1, 'ready', '41') + line(2, 'pristine.swap', '') + line(3, 'end', '2');
    const { facts, complete } = parseGuestReport(text, nonce);
    expect([...facts]).toEqual([
      ['ready', '41'],
      ['pristine.swap', ''],
    ]);
    expect(complete).toBe(true);
  });

  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 100 }), { maxLength: 8 }), (values) => {
        // The script replaces control characters; the end of a line stays.
        const wellFormed = values.map((value) => value.toWellFormed().replace(/[^\n\P{Cc}]/gu, ' '));
        const body = wellFormed.map((value, index) => line(index + 1, `f${index}`, value)).join('');
        const { facts, complete } = parseGuestReport(
          body + line(values.length + 1, 'end', String(values.length)),
          nonce,
        );
        expect([...facts.values()]).toEqual(wellFormed);
        expect(complete).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('is not complete before the end marker, and waits for the rest of a line', () => {
    const text = line(1, 'ready', '41') + line(2, 'a', 'x');
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(parseGuestReport(text.slice(0, cut), nonce).complete).toBe(false);
    }
    expect(parseGuestReport(text.slice(0, -1), nonce).facts.size).toBe(1);
  });

  it('passes over what others write on the port', () => {
    const noise = '\u001b[2J[   12.3] kernel message\nlogin: hnf1 other 1 ready eA==\n';
    const text = `${noise}login: ${line(1, 'ready', '41').replace('\n', '\r\n')}${noise}${line(2, 'end', '1')}`;
    expect(parseGuestReport(text, nonce)).toMatchObject({ complete: true });
  });

  it.each([
    ['a missing line', line(1, 'a', 'x') + line(3, 'b', 'y'), 'line 2 is missing, 3 came'],
    ['a line that came twice', line(1, 'a', 'x') + line(1, 'a', 'x'), 'line 2 is missing, 1 came'],
    ['an id that came twice', line(1, 'a', 'x') + line(2, 'a', 'y'), "'a' came twice"],
    ['a wrong count', line(1, 'a', 'x') + line(2, 'end', '5'), '5 facts were sent, 1 arrived'],
    ['a script that gave up', line(1, 'a', 'x') + line(2, 'abort', 'exit code 2\n'), 'ended early (exit code 2)'],
    [
      'no id',
      `hnf1 ${nonce} 1
`,
      'not a fact',
    ],
    ['a strange id', `hnf1 ${nonce} 1 __proto__ abc\n`, 'not a fact'],
    ['a number that is none', `hnf1 ${nonce} NaN a abc\n`, 'not a fact'],
    ['a fact that is too long', line(1, 'a', 'x'.repeat(20_000)), '20000 characters long'],
    [
      'facts without end',
      Array.from({ length: 300 }, (_, index) => line(index + 1, `f${index}`, '')).join(''),
      'more than',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseGuestReport(text, nonce)).toThrowError(
      expect.objectContaining({ code: 'verify.failed', message: expect.stringContaining(message) }),
    );
  });

  it('never throws anything but our error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseGuestReport(`hnf1 ${nonce} ${text}\n`, nonce);
        } catch (error) {
          expect(error).toMatchObject({ code: 'verify.failed' });
        }
      }),
    );
  });
});
