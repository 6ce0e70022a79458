import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findKickstartFaults } from '../../../src/render/kickstart/check.ts';
import { type RhelMajor, rhelMajors } from '../../../src/render/kickstart/commands.ts';
import type { KickstartFaultCode } from '../../../src/render/kickstart/fault.ts';
import { hostileText } from '../hostile-text.ts';
import { language, mistakes } from './kickstart-lines.ts';
import { kickstartOf, partitions, rhelSpec } from './rhel-specs.ts';

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

  const inScript = (from: string | RegExp, to: string, diskGiB: number | null = 60) =>
    findKickstartFaults(
      kickstartOf(rhelSpec('9', { disk: { sizeGiB: 60, partitions } })).replace(from, () => to),
      { major: 9, arch: 'amd64', diskGiB },
    ).map(({ code, message }) => `${code} ${message}`);

  it('has nothing against partitions that a script makes', () => expect(inScript('', '')).toEqual([]));

  it.each([
    ['on a disk too small', /^/, '', 30, /'var-lib-containerd' ends at 37122 MiB, the disk has 30720/],
    ['that leave the root too little', /^/, '', 48, /'root' is left with 4862 MiB of the disk, needed are 8192/],
    [
      'one inside of another',
      '1282MiB 16642MiB',
      '1282MiB 26642MiB',
      60,
      /'var-lib-containerd' begins inside of 'var'/,
    ],
    ['that end before they begin', '1282MiB 16642MiB', '1282MiB 642MiB', 60, /'var' ends before it begins/],
    [
      'whose last has an end',
      '44290MiB 100%',
      '44290MiB 60000MiB',
      60,
      /'root' is the last and does not take the rest/,
    ],
    ['in other units', '1282MiB 16642MiB', '1GiB 16GiB', 60, /not NAME FILESYSTEM START END in MiB/],
    ['for swap', "part '/var' --fstype=xfs", 'part swap --fstype=swap', 60, /kubelet does not start beside swap/],
    ['with a misspelt option', "part '/var' --fstype=xfs", "part '/var' --fstyp=xfs", 60, /option .*--fstyp/],
    ['mounted in one place', "part '/var/log' ", "part '/var' ", 60, /'\/var' is there twice/],
    [
      'behind the root',
      /(part '\/var'.*)4\n([\s\S]*)8\n/,
      'part / --onpart="$stem"8\npart /var --onpart="$stem"4\n',
      60,
      /not the last/,
    ],
  ])('finds partitions of a script %s', (_, from, to, diskGiB, words) => {
    expect(inScript(from, to, diskGiB).join('\n')).toMatch(words);
  });

  it('wants GPT', () => {
    const text = plain.replace('--disklabel=gpt', '').replace('lang ', `${good.join('\n')}\nlang `);
    expect(codes(text, 9).map((found) => found.split(' ')[0])).toEqual(['layout']);
  });
});
