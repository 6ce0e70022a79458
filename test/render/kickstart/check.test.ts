import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKickstartFaults } from '../../../src/render/kickstart/check.ts';
import { type RhelMajor, rhelMajors } from '../../../src/render/kickstart/commands.ts';
import type { KickstartFaultCode } from '../../../src/render/kickstart/fault.ts';
import { hostileText } from '../hostile-text.ts';
import { language, mistakes } from './kickstart-lines.ts';
import { kickstartOf, rhelSpec } from './rhel-specs.ts';

const sound = {
  8: kickstartOf(rhelSpec('8')),
  9: kickstartOf(rhelSpec('9')),
  10: kickstartOf(rhelSpec('9')),
} satisfies Record<RhelMajor, string>;

function codes(text: string, major: RhelMajor, diskGiB: number | null = 20): string[] {
  return findKickstartFaults(text, { major, arch: 'amd64', diskGiB }).map(({ code, line }) => `${code} ${line}`);
}

/** The sound kickstart with a line in front: whatever is found is the line's. */
function codesOfLine(line: string, major: RhelMajor, without = /^$/): KickstartFaultCode[] {
  const rest = sound[major].split('\n').filter((text) => !without.test(text));
  const faults = findKickstartFaults([line, ...rest].join('\n'), { major, arch: 'amd64', diskGiB: 20 });
  return faults.map(({ code }) => code);
}

describe('render/kickstart/check', () => {
  it('has nothing against ours', () => {
    for (const major of rhelMajors) expect(codes(sound[major], major)).toEqual([]);
  });

  it.each(language)('%s', (line, replaces, verdicts) => {
    for (const [index, major] of rhelMajors.entries()) {
      const found = codesOfLine(line, major, replaces);
      const isAbout = (code: KickstartFaultCode) => ['command', 'option', 'deprecated', 'section'].includes(code);
      const verdict =
        found.includes('command') || found.includes('option') ? '-' : found.includes('deprecated') ? 'd' : '+';
      expect([major, verdict, found.some(isAbout)]).toEqual([major, verdicts[index], verdicts[index] !== '+']);
    }
  });

  it.each(mistakes)('finds a mistake of kind %s: %j instead of %s', (code, line, replaces) => {
    for (const major of rhelMajors) expect(codesOfLine(line, major, replaces)).toContain(code);
  });

  it('says the line, what is accepted, and what was probably meant', () => {
    const text = sound[9].replace('keyboard', 'keybord');
    const line = text.split('\n').findIndex((candidate) => candidate.startsWith('keybord')) + 1;
    const faults = findKickstartFaults(text, { major: 9, arch: 'amd64', diskGiB: 20 });
    expect(faults).toContainEqual({
      code: 'command',
      severity: 'error',
      line,
      message: "unknown command 'keybord'; did you mean 'keyboard'?",
    });
  });

  it('calls what a later release refuses a warning', () => {
    const faults = findKickstartFaults(sound[9].replace('--utc', '--isUtc'), { major: 9, arch: 'amd64', diskGiB: 20 });
    expect(faults).toMatchObject([{ code: 'deprecated', severity: 'warning' }]);
  });

  it('finds an %end that is missing, once, and goes on behind it', () => {
    const text = sound[9].replace('%end\n', '').replace('eula --agreed', 'eula');
    const found = findKickstartFaults(text, { major: 9, arch: 'amd64', diskGiB: 20 });
    expect(found.filter(({ code }) => code === 'section')).toHaveLength(1);
    expect(found.some(({ message }) => message.startsWith("'eula'"))).toBe(true);
  });

  it('reads any text to its end', () => {
    const line = fc.oneof(hostileText, fc.constantFrom(...language.map(([text]) => text), '%pre', '%end', '%include'));
    const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, fc.constantFrom(...rhelMajors), (kickstart, major) => {
        const faults = findKickstartFaults(kickstart, { major, arch: 'arm64', diskGiB: null });
        expect(faults.every(({ line, message }) => line >= 1 && message !== '')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves lines of scripts that begin with % to the scripts', () => {
    const text = sound[9].replace('set -eu\n', 'set -eu\n%foo\n');
    expect(codes(text, 9)).toEqual([]);
  });
});

describe('render/kickstart/check-layout', () => {
  const plain = sound[9]
    .replace(/^%include.*$/m, '')
    .replace('clearpart --none', 'clearpart --all --initlabel --disklabel=gpt');
  const layout = (parts: readonly string[], diskGiB: number | null = 20) =>
    findKickstartFaults(plain.replace('lang ', `${parts.join('\n')}\nlang `), { major: 9, arch: 'amd64', diskGiB })
      .filter(({ code }) => code === 'layout')
      .map(({ message }) => message);
  const good = [
    'part biosboot --size=1',
    'part /boot/efi --size=256',
    'part /boot --size=1024',
    'part / --size=8192 --grow',
  ];

  it('accepts partitions for both firmwares with root last', () => {
    expect(layout(good)).toEqual([]);
    expect(layout(['reqpart --add-boot', 'part / --size=8192 --grow'])).toEqual([]);
    expect(layout(['autopart --type=plain --noswap --nohome'])).toEqual([]);
  });

  it.each([
    ['a root too small', [...good.slice(0, 3), 'part / --size=4096 --grow'], /'\/' has 4096 MiB, needed are 8192/],
    ['an ESP too small', ['part biosboot --size=1', 'part /boot/efi --size=50', ...good.slice(2)], /boot\/efi' has 50/],
    ['a partition behind root', [...good, 'part /data --size=1'], /not the last/],
    ['a root that does not grow', [...good.slice(0, 3), 'part / --size=8192'], /rest of the disk/],
    ['no biosboot', good.slice(1), /no partition 'biosboot'/],
    ['no ESP', [good[0] ?? '', ...good.slice(2)], /no partition '\/boot\/efi'/],
    ['more than the disk', [...good.slice(0, 3), 'part / --size=20480 --grow'], /need 21761 MiB, the disk has 20480/],
  ])('finds %s', (_, parts, message) => expect(layout(parts).join('\n')).toMatch(message));

  it('wants GPT', () => {
    const text = plain.replace('--disklabel=gpt', '').replace('lang ', `${good.join('\n')}\nlang `);
    expect(codes(text, 9).map((found) => found.split(' ')[0])).toEqual(['layout']);
  });
});
