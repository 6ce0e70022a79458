import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload } from '../../src/guestinfo/decode.ts';
import { encodePayload } from '../../src/guestinfo/encode.ts';
import { joinUserData } from '../../src/guestinfo/multipart.ts';

const decode = (input: string | Uint8Array) =>
  decodePayload(typeof input === 'string' ? Buffer.from(input) : input, 'the payload');

describe('guestinfo/decode', () => {
  it('gives back any text that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const whole = `#cloud-config\n${text}`;
        expect(decode(encodePayload(whole)).text).toBe(whole);
        expect(decode(Buffer.from(whole).toString('base64')).text).toBe(whole);
        expect(decode(gzipSync(whole)).text).toBe(whole);
        expect(decode(whole).text).toBe(whole);
      }),
    );
  });

  it('says what it took off', () => {
    expect(decode(encodePayload('#cloud-config\n')).encodings).toEqual(['base64', 'gzip']);
    expect(decode(`${Buffer.from('#cloud-config\n').toString('base64')}\r\n`).encodings).toEqual(['base64']);
    expect(decode('#cloud-config\n').encodings).toEqual([]);
  });

  it('takes a message apart', () => {
    const parts = ['#cloud-config\nhostname: é\n', '#!/bin/sh\necho hi\n'];
    expect(decode(encodePayload(joinUserData(parts) ?? '')).parts).toEqual([
      { type: 'text/cloud-config', filename: undefined, text: parts[0] },
      { type: 'text/x-shellscript', filename: undefined, text: parts[1] },
    ]);
    const foreign = [
      'From nobody Thu Jan  1 00:00:00 1970',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed;',
      ' boundary=b1',
      '',
      'preamble',
      '--b1',
      'Content-Type: text/x-shellscript; charset="us-ascii"',
      'Content-Transfer-Encoding: quoted-printable',
      'Content-Disposition: attachment; filename="a.sh"',
      '',
      '#!/bin/sh',
      'echo =C3=A9 =',
      'x',
      '--b1--',
    ].join('\r\n');
    expect(decode(foreign).parts).toEqual([
      { type: 'text/x-shellscript', filename: 'a.sh', text: '#!/bin/sh\r\necho é x\r' },
    ]);
  });

  it.each([
    ['a bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024)), /unpacks to more than 16.0 MiB/],
    ['a bomb in base64', gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64'), /unpacks to more than 16.0 MiB/],
    ['gzip cut off', gzipSync('x'.repeat(1000)).subarray(0, 20), /is damaged/],
    ['gzip with a wrong sum', Buffer.concat([gzipSync('x').subarray(0, -8), Buffer.alloc(8)]), /is damaged/],
    ['noise', Buffer.from([0xff, 0xfe, 0xfd]), /is neither text nor gzip/],
    [
      'base64 of noise',
      Buffer.from(Array.from({ length: 30 }, (_, at) => 200 + at)).toString('base64'),
      /is base64 of something/,
    ],
    ['MIME without a boundary', 'MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nx', /has no boundary/],
    ['MIME in itself', nested(20), /is nested too deep/],
    [
      'MIME of many parts',
      `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n${'--b\n\n'.repeat(5000)}`,
      /more than 1000 parts/,
    ],
  ])('refuses %s', (_what, input, message) => {
    expect(() => decode(input)).toThrowError(
      expect.objectContaining({ code: 'input.invalid', message: expect.stringMatching(message) }),
    );
  });

  it('ends on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, mime) => {
        const input = mime
          ? Buffer.concat([Buffer.from('MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n'), bytes])
          : bytes;
        try {
          decode(input);
        } catch (error) {
          expect(error).toMatchObject({ code: 'input.invalid' });
        }
      }),
      { numRuns: 500 },
    );
  });
});

function nested(depth: number): string {
  const head = (at: number) => `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`;
  return Array.from({ length: depth }, (_, at) => head(at)).join('');
}
