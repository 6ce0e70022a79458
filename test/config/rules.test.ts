import { describe, expect, it } from 'vitest';
import { isTimeZone } from '../../src/config/time-zone.ts';
import { findingsOf } from './sample.ts';

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a format named twice', 'output: {formats: [ova, ova]}', ['output.formats']],
  ['a package named twice', 'packages: [jq, jq]', ['packages']],
  ['an unknown time zone', 'timezone: Berlin', ['timezone']],
  ['an ISO without a checksum', 'iso: {url: "https://example.org/x.iso"}', ['iso.url']],
  [
    'a password in a URL',
    'iso: {url: "https://joe:hunter2@example.org/x.iso", checksum: "sha256:CHECKSUM"}',
    ['iso.url'],
  ],
  ['nothing', 'output: {formats: [ova, raw]}\ntimezone: Europe/Kyiv', []],
];

describe('config/rules', () => {
  it.each(cases)('finds %s', async (_what, text, paths) => {
    const findings = await findingsOf({ 'images.config.yaml': text.replace('CHECKSUM', '0'.repeat(64)) });
    expect(findings.map((line) => line.split(': ')[1])).toEqual(paths);
    expect(findings.join()).not.toContain('hunter2');
  });

  it('blames the variable or the flag a value came from', async () => {
    const env = await findingsOf({}, { PACKER_OUTPUT_FORMAT: 'ova,ova' });
    expect(env).toEqual([
      "environment variable PACKER_OUTPUT_FORMAT: output.formats: 'ova' is named twice; accepted: each format once. Remove one.",
    ]);
    const flag = await findingsOf({}, {}, { format: 'raw,raw' });
    expect(flag).toEqual([
      "flag --format: output.formats: 'raw' is named twice; accepted: each format once. Remove one.",
    ]);
  });
});

describe('config/time-zone', () => {
  it.each([
    'Etc/UTC',
    'UTC',
    'Europe/Berlin',
    'Europe/Kyiv',
    'Europe/Kiev',
    'Asia/Kolkata',
    'America/Argentina/Ushuaia',
    'Etc/GMT+5',
  ])('knows %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Berlin', 'europe/berlin', '+02:00', 'Europe/Berln', 'Europe/Berlin ', '../etc/passwd', '$(id)'])(
    'refuses %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
