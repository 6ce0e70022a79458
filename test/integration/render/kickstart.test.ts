import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { emptyProfile } from '../../../src/catalog/profile.ts';
import { createExec } from '../../../src/core/exec.ts';
import { findLanguageFaults } from '../../../src/render/kickstart/check-language.ts';
import { commandNames, findCommand, type RhelMajor, rhelMajors } from '../../../src/render/kickstart/commands.ts';
import { fillKickstart, sampleKickstartValues } from '../../../src/render/kickstart/fill-kickstart.ts';
import { parseKickstart } from '../../../src/render/kickstart/parse.ts';
import { renderKickstart } from '../../../src/render/kickstart/render-kickstart.ts';
import { splitWords } from '../../../src/render/kickstart/words.ts';
import { withWritten } from '../../../src/render/kickstart/written.ts';
import { kickstartWord } from '../../../src/render/quote/kickstart.ts';
import { tools } from '../../../src/tools/table.ts';
import { needTools, skipOrFail } from '../../helpers/need-tools.ts';
import { hostileText } from '../../render/hostile-text.ts';
import { language, mistakes } from '../../render/kickstart/kickstart-lines.ts';
import { bootIso, kickstartOf, partitions, rhelSpec, rhelSpecs, templates } from '../../render/kickstart/rhel-specs.ts';

const exec = createExec();
const asker = join(import.meta.dirname, 'ask-pykickstart.py');

async function needKsvalidator(context: TestContext): Promise<string> {
  if (!tools.some(({ name }) => name === 'ksvalidator')) skipOrFail(context, 'this release knows no tool ksvalidator');
  const [path = ''] = await needTools(context, 'ksvalidator');
  return path;
}

/** Asks the Python that ksvalidator runs under: one process for many questions. */
async function ask<Answer>(context: TestContext, task: string, input: unknown): Promise<Answer> {
  const ksvalidator = await needKsvalidator(context);
  const shebang = /^#!(\S*python\S*)/.exec(readFileSync(ksvalidator, 'utf8'))?.[1];
  const python = shebang ?? join(dirname(ksvalidator), 'python3');
  const request = JSON.stringify({ task, input });
  const run = await exec.run(python, [asker], { input: request, timeoutMs: 300_000 });
  return JSON.parse(run.stdout) as Answer;
}

type Judgement = readonly [status: 'ok' | 'warning' | 'error', message: string];

/** The same in our own checker: only what concerns the language, not our own rules. */
function ownStatus(text: string, major: RhelMajor): Judgement[0] {
  const parsed = parseKickstart(text);
  const faults = [...parsed.faults, ...findLanguageFaults(parsed, major)].filter(({ code }) => code !== 'conflict');
  if (faults.some(({ severity }) => severity === 'error')) return 'error';
  return faults.length > 0 ? 'warning' : 'ok';
}

describe('integration/render/kickstart', () => {
  it.for(Object.entries(rhelSpecs))('ksvalidator accepts %s', async ([, spec], context) => {
    const ksvalidator = await needKsvalidator(context);
    const file = join(mkdtempSync(join(tmpdir(), 'hnf-ks-')), 'ks.cfg');
    writeFileSync(file, kickstartOf(spec));
    const args = ['-v', `RHEL${spec.os.version}`, file];
    const run = await exec.run(ksvalidator, args, { timeoutMs: 300_000, accept: [0, 1] });
    expect(`${run.stdout}${run.stderr}`.replace(/^Checking kickstart file .*$/m, '').trim()).toBe('');
    expect(run.exitCode).toBe(0);
  });

  it('our table is the one of pykickstart', async (context) => {
    type Known = Record<
      string,
      { options: Record<string, { value: boolean; required: boolean; deprecated: boolean }> }
    >;
    const real = await ask<Record<string, Known>>(
      context,
      'commands',
      rhelMajors.map((major) => `RHEL${major}`),
    );
    for (const major of rhelMajors) {
      const known = real[`RHEL${major}`] ?? {};
      const ours = commandNames.filter((name) => findCommand(name)?.majors.has(major));
      expect([major, ours.sort()]).toEqual([major, Object.keys(known).sort()]);
      // Past a deprecated command the installer reads, whatever its options.
      const current = ours.filter((name) => findCommand(name)?.majors.get(major) === 'ok');
      for (const name of current)
        expect([major, name, ourOptions(name, major)]).toEqual([major, name, theirs(known[name])]);
    }
    function theirs(command: Known[string] | undefined): string[] {
      return Object.entries(command?.options ?? {})
        .map(([option, { value, required }]) => `${option}${value ? '=' : ''}${required ? '!' : ''}`)
        .sort();
    }
    function ourOptions(name: string, major: RhelMajor): string[] {
      const options = [...(findCommand(name)?.options.values() ?? [])].filter((option) => option.majors.has(major));
      return options
        .map(
          ({ name, value, requiredIn }) =>
            `${name}${value === 'none' ? '' : '='}${requiredIn.includes(major) ? '!' : ''}`,
        )
        .sort();
    }
  });

  it('our checker says of single lines what pykickstart says, or is stricter where that is meant', async (context) => {
    const ours = new Set(['secret', 'policy', 'layout', 'missing', 'conflict']);
    const lines = [
      ...language.map(([line]) => line),
      ...mistakes.filter(([code]) => !ours.has(code)).map(([, line]) => line),
    ];
    const jobs = lines.flatMap((line) =>
      rhelMajors.map((major) => ({ major, version: `RHEL${major}`, text: `${line}\n` })),
    );
    const judgements = await ask<Judgement[]>(context, 'judge', jobs);
    const different = jobs.flatMap(({ major, text }, at) => {
      const [real = 'ok'] = judgements[at] ?? [];
      const own = ownStatus(text, major);
      return real === own ? [] : [`RHEL${major} ${text.trim()}: pykickstart ${real}, we ${own}`];
    });
    expect(different.sort()).toEqual([
      // Its parser takes beginnings of options.
      'RHEL10 part /x --onpart=x --fsty=xfs: pykickstart ok, we error',
      // It fails there itself: method is a command that is only ever subclassed.
      'RHEL8 method: pykickstart error, we ok',
      'RHEL8 part /x --onpart=x --fsty=xfs: pykickstart ok, we error',
      'RHEL9 part /x --onpart=x --fsty=xfs: pykickstart ok, we error',
    ]);
  });

  it('words are split as shlex splits them', async (context) => {
    const piece = fc.constantFrom(...`ab'"\\# \t-=`);
    const lines = fc.sample(fc.array(piece, { maxLength: 10 }), 3000).map((pieces) => pieces.join(''));
    const real = await ask<(string[] | null)[]>(context, 'split', lines);
    expect(lines.map((line) => splitWords(line).words ?? null)).toEqual(real);
  });

  it.for(['8', '9'] as const)('hostile text reaches the installer of RHEL %s as it is', async (version, context) => {
    const one = hostileText.filter((text) => text.trim() !== '' && accepts(text));
    const leading = one.filter((text) => !text.startsWith('-'));
    const word = one.filter((text) => !/[,\s]/.test(text));
    const sample = fc.sample(
      fc.record({
        lang: leading,
        timezone: leading,
        keyboard: word,
        ntp: word,
        argument: one,
        repo: word,
        path: word,
        proxy: word,
      }),
      150,
    );
    const jobs = sample.map((texts) => ({
      version: `RHEL${version}`,
      text: kickstartOf(hostileSpec(version, texts), undefined, sampleKickstartValues),
    }));
    const read = await ask<Record<string, unknown>[]>(context, 'values', jobs);
    for (const [at, texts] of sample.entries()) {
      const url = `http://mirror.example/${texts.path}`;
      expect(read[at]).toEqual({
        lang: texts.lang,
        timezone: texts.timezone,
        keyboard: texts.keyboard,
        ntp: [texts.ntp],
        append: `console=tty0 console=ttyS0,115200n8 ${texts.argument}`,
        url,
        urlProxy: texts.proxy,
        repos: [[texts.repo, url, texts.proxy]],
        sections: expect.any(Array),
        users: ['hnf-build'],
      });
      // %pre, %post and %onerror; nothing opened or closed a section.
      expect(read[at]?.['sections']).toHaveLength(3);
    }
  });

  it('Packer fills a kickstart in as fillKickstart does', async (context) => {
    const [packer = ''] = await needTools(context, 'packer');
    const folder = mkdtempSync(join(tmpdir(), 'hnf-ks-'));
    const spec = rhelSpec(
      '9',
      { source: bootIso },
      { kernelArguments: ['a=${x}', '%{if y}', '$${z}', '%%%{', "it's {{ env `HOME` }}"] },
    );
    const content = renderKickstart(spec, templates).files[0]?.content ?? '';
    writeFileSync(join(folder, 'ks.tpl'), content);
    const values = Object.entries(sampleKickstartValues).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
    const input = `templatefile(${JSON.stringify(join(folder, 'ks.tpl'))}, { ${values.join(', ')} })\n`;
    const run = await exec.run(packer, ['console', '--config-type=hcl2'], { input, cwd: folder, timeoutMs: 120_000 });
    // The console ends the text with a line break, and knows no Go templates: those are the plugin's.
    expect(run.stdout.replaceAll('{{"{{"}}', '{{').trimEnd()).toBe(
      fillKickstart(content, sampleKickstartValues).trimEnd(),
    );
  });

  it('shellcheck has nothing to say about the scripts', async (context) => {
    const [shellcheck = ''] = await needTools(context, 'shellcheck');
    for (const spec of Object.values(rhelSpecs)) {
      for (const section of parseKickstart(kickstartOf(spec)).sections) {
        if (!['%pre', '%post', '%onerror'].includes(section.name)) continue;
        const options = { input: `${section.body.join('\n')}\n`, accept: [0, 1], timeoutMs: 60_000 };
        expect((await exec.run(shellcheck, ['-s', 'sh', '-'], options)).stdout).toBe('');
      }
    }
  });

  it.for(Object.entries(rhelSpecs))('ksvalidator accepts what the script of %s writes', async ([, spec], context) => {
    const ksvalidator = await needKsvalidator(context);
    const text = kickstartOf(spec);
    const written = withWritten(parseKickstart(text)).commands.slice(parseKickstart(text).commands.length);
    expect(written.map(({ name }) => name)).toContain('ignoredisk');
    const lines = written.map(({ name, words }) =>
      [name, ...words]
        .join(' ')
        .replaceAll(/\$(disk|stem)/g, 'vda')
        .replace('$esp', 'vfat'),
    );
    const file = join(mkdtempSync(join(tmpdir(), 'hnf-ks-')), 'ks.cfg');
    writeFileSync(
      file,
      text.replace('%include /tmp/hnf-disk.ks', () => lines.join('\n')),
    );
    const args = ['-v', `RHEL${spec.os.version}`, file];
    const run = await exec.run(ksvalidator, args, { timeoutMs: 300_000, accept: [0, 1] });
    expect(`${run.stdout}${run.stderr}`.replace(/^Checking kickstart file .*$/m, '').trim()).toBe('');
    expect(run.exitCode).toBe(0);
  });

  it.for([
    ['amd64', 0],
    ['arm64', 0],
    ['amd64', partitions.length],
    ['arm64', partitions.length],
  ] as const)('parted makes of an empty disk what is wanted on %s with %i more', async ([arch, count], context) => {
    const wanted = partitions.slice(0, count);
    const disks = { sizeGiB: 60, ...(count === 0 ? {} : { partitions: wanted }) };
    const [sfdisk = ''] = await needTools(context, 'sfdisk');
    const found = await exec.run('parted', ['--version'], { timeoutMs: 30_000 }).catch(() => undefined);
    if (found === undefined) skipOrFail(context, 'parted is not installed (apt-get install parted)');
    const disk = join(mkdtempSync(join(tmpdir(), 'hnf-disk-')), 'disk.raw');
    await exec.run('truncate', ['-s', '60G', disk], { timeoutMs: 30_000 });
    const text = kickstartOf(rhelSpec('9', { arch, disk: disks }));
    const pre = parseKickstart(text).sections.find(({ name }) => name === '%pre');
    const script = pre?.body.join('\n') ?? '';
    const parted = /^parted(?:.*\\\n)*.*$/m.exec(script)?.[0].replace('/dev/$disk', disk) ?? 'false';
    await exec.run('/bin/sh', ['-c', parted], { timeoutMs: 120_000 });
    const post = parseKickstart(text).sections.find(({ name }) => name === '%post');
    const types =
      post?.body.filter((line) => line.startsWith('sfdisk ')).map((line) => line.replace('$disk', disk)) ?? [];
    for (const line of types) await exec.run('/bin/sh', ['-c', line], { timeoutMs: 60_000 });
    const table = JSON.parse((await exec.run(sfdisk, ['--json', disk], { timeoutMs: 60_000 })).stdout) as SfdiskTable;
    expect(table.partitiontable).toMatchObject({ label: 'gpt', sectorsize: 512 });
    const bios = { start: 2048, size: 2048, type: '21686148-6449-6E6F-744E-656564454649' };
    const esp = { size: 256 * 2048, type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' };
    expect(table.partitiontable.partitions).toMatchObject([
      ...(arch === 'amd64' ? [bios] : []),
      esp,
      { size: 1024 * 2048 },
      ...wanted.map(({ mount, sizeGiB }) => ({
        size: sizeGiB * 1024 * 2048,
        name: mount.slice(1).replaceAll('/', '-'),
      })),
      { name: 'root' },
    ]);
    const root = table.partitiontable.partitions.at(-1);
    expect((root?.start ?? 0) + (root?.size ?? 0)).toBeGreaterThan(60 * 1024 * 2048 - 4096);
  });
});

interface SfdiskTable {
  partitiontable: {
    label: string;
    sectorsize: number;
    partitions: { start: number; size: number; type: string; name?: string }[];
  };
}

function accepts(text: string): boolean {
  try {
    kickstartWord(text);
    return true;
  } catch {
    return false;
  }
}

type HostileTexts = Record<'lang' | 'timezone' | 'keyboard' | 'ntp' | 'argument' | 'repo' | 'path' | 'proxy', string>;

function hostileSpec(version: '8' | '9', texts: HostileTexts): ImageSpec {
  const baseurl = `http://mirror.example/${texts.path}`;
  const dnf = [
    { id: 'baseos', baseurl, gpgkey: null },
    { id: texts.repo, baseurl, gpgkey: null },
  ];
  return rhelSpec(
    version,
    { source: bootIso, locale: texts.lang, timezone: texts.timezone, keyboard: texts.keyboard },
    {
      proxy: { http: texts.proxy, https: null, noProxy: [] },
      ntp: [texts.ntp],
      kernelArguments: [texts.argument],
      mirrors: { ...emptyProfile.mirrors, dnf },
    },
  );
}
