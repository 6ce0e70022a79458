import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OsFamily } from '../../../src/catalog/image-spec.ts';
import { emptyProfile, type Profile } from '../../../src/catalog/profile.ts';
import { FactoryError } from '../../../src/core/errors.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { hasProfile, renderProfile } from '../../../src/render/profile/render-profile.ts';
import { builtinCells } from '../cells.ts';
import { hostileText } from '../hostile-text.ts';
import { fullProfile, sampleSpec } from './sample.ts';

const templates = loadTemplates(packageRoot());
const families: readonly OsFamily[] = ['debian', 'ubuntu', 'rhel', 'al2023'];

function render(family: OsFamily, profile?: Partial<Profile>): RenderedFile[] {
  return renderProfile(sampleSpec(family, profile), templates);
}

function textOf(files: readonly RenderedFile[], path: string): string {
  return files.find((file) => file.path === path)?.content ?? '';
}

/** What a real shell reads, by name. */
function readSettings(text: string): Map<string, string> {
  const names = [...text.matchAll(/^HNF_PROFILE_(\w+)=/gm)].map((match) => match[1] ?? '');
  const script = `${text}\n${names.map((name) => `printf '%s\\0' "$HNF_PROFILE_${name}"`).join('\n')}\n`;
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-eu'], { input: script, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  const values = stdout.split('\0');
  return new Map(names.map((name, index) => [name, values[index] ?? '']));
}

/** The files with what apply-profile.sh does with them. */
function readList(files: readonly RenderedFile[]): { step: string; mode: string; path: string }[] {
  const lines = textOf(files, 'profile/files.list').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [step = '', mode = '', ...rest] = line.split(' ');
    return { step, mode, path: rest.join(' ') };
  });
}

// The whole of it, for every family: test/golden/profiles.
describe('render/profile', () => {
  it('renders nothing for the catalog’s own images', () => {
    for (const spec of builtinCells.filter(({ profile }) => !hasProfile({ ...sampleSpec('debian'), profile })))
      expect(renderProfile({ ...spec, keyboard: 'us', timezone: 'UTC', locale: 'C.UTF-8' }, templates)).toEqual([]);
  });

  it.each(families)('has something to apply for every single field that is set, on %s', (family) => {
    const aptOnly = new Set(family === 'debian' || family === 'ubuntu' ? [] : ['apt', 'aptSecurity']);
    const dnfOnly = new Set(family === 'debian' || family === 'ubuntu' ? ['dnf'] : []);
    for (const key of Object.keys(fullProfile) as (keyof Profile)[]) {
      if (key === 'cni' || key === 'mirrors') continue;
      const spec = { ...sampleSpec(family, { [key]: fullProfile[key] }), keyboard: 'us' };
      expect([key, hasProfile(spec), renderProfile(spec, templates).length > 0]).toEqual([key, true, true]);
    }
    for (const key of ['apt', 'aptSecurity', 'dnf', 'docker'] as const) {
      const mirrors = { ...emptyProfile.mirrors, [key]: fullProfile.mirrors[key] };
      const spec = { ...sampleSpec(family, { mirrors }), keyboard: 'us' };
      const wanted = !aptOnly.has(key) && !dnfOnly.has(key) && (key !== 'docker' || family !== 'al2023');
      expect([key, hasProfile(spec), renderProfile(spec, templates).length > 0]).toEqual([key, wanted, wanted]);
    }
  });

  it.each(families)('lists every file that it renders for %s, once', (family) => {
    const files = render(family);
    const listed = readList(files).map(({ path }) => `profile/root${path}`);
    expect(listed.toSorted()).toEqual(
      files
        .map(({ path }) => path)
        .filter((path) => path.startsWith('profile/root/'))
        .sort(),
    );
    expect(new Set(listed).size).toBe(listed.length);
    for (const { path, mode } of readList(files))
      expect(mode).toBe(
        files
          .find((file) => file.path === `profile/root${path}`)
          ?.mode.toString(8)
          .padStart(4, '0'),
      );
  });

  it('leaves to a base layer only what is the system’s', () => {
    const spec = sampleSpec('ubuntu');
    const base = renderProfile(spec, templates, { node: false }).map(({ path }) => path);
    expect(base.filter((path) => /hooks|preload|corp\/agent/.test(path))).toEqual([]);
    expect(base).toContain('profile/root/etc/sysctl.d/60-hardening.conf');
    const scripts = renderProfile(sampleSpec('ubuntu', { scripts: fullProfile.scripts }), templates, { node: false });
    expect(scripts.map(({ path }) => path)).toEqual(['profile/profile.env']);
  });

  it('runs scripts in the order they were given, not in the order of their names', () => {
    const hooks = render('debian')
      .map(({ path }) => path)
      .filter((path) => path.startsWith('profile/hooks/pre/'));
    expect(hooks).toEqual(['profile/hooks/pre/001-b.sh', 'profile/hooks/pre/002-a.sh']);
  });

  it('writes both variables where only one proxy is set', () => {
    const proxy = { http: null, https: 'http://p:1', noProxy: [] };
    const files = render('ubuntu', { proxy });
    const dropIn = textOf(files, 'profile/root/usr/lib/systemd/system/containerd.service.d/http-proxy.conf');
    expect(dropIn).toContain('Environment="HTTP_PROXY="\nEnvironment="HTTPS_PROXY=http://p:1"\n');
  });

  it.each([
    ['a path of two files', { files: [{ path: '/etc/sysctl.d/60-hardening.conf', mode: 0o644, content: '' }] }],
    ['a file where a folder is needed', { files: [{ path: '/etc/sysctl.d', mode: 0o644, content: '' }] }],
    ['a path that leads elsewhere', { files: [{ path: '/etc/../x', mode: 0o644, content: '' }] }],
    ['a name no file system holds', { files: [{ path: `/${'x'.repeat(256)}`, mode: 0o644, content: '' }] }],
    ['a kernel argument that GRUB would take apart', { kernelArguments: ['a=$b'] }],
    ['a proxy with a path', { proxy: { http: 'http://p/x', https: null, noProxy: [] } }],
    ['a proxy with a password', { proxy: { http: 'http://u:p@p:1', https: null, noProxy: [] } }],
    ['a script in another folder', { scripts: { pre: [{ name: '../x', content: '' }], post: [] } }],
    ['a certificate in another folder', { caCertificates: [{ name: '../x', pem: '' }] }],
    ['an image without a registry', { preload: [{ reference: 'pause:3.10', from: { kind: 'registry' as const } }] }],
  ])('refuses %s', (_, changes) => {
    expect(() => render('ubuntu', { hardening: 'baseline', ...changes })).toThrow(FactoryError);
  });

  it('renders from hostile text what a shell reads back as it was, or refuses it', () => {
    const one = fc.oneof(hostileText, fc.constantFrom('a', 'http://p:1', '10.0.0.0/8', '/etc/a b', 'x=1'));
    const input = fc.record({
      proxy: fc.record({ http: one, https: fc.option(one), noProxy: fc.array(one, { maxLength: 2 }) }),
      ntp: fc.array(one, { maxLength: 2 }),
      kernelArguments: fc.array(one, { maxLength: 2 }),
      mirror: one,
      path: one.map((text) => `/etc/${text}`),
      content: hostileText,
      hook: one,
      certificate: one,
      reference: one,
    });
    let rendered = 0;
    const settings: { name: string; value: string; text: string }[] = [];
    fc.assert(
      fc.property(fc.constantFrom(...families), input, (family, given) => {
        const parts: Partial<Profile>[] = [
          { proxy: given.proxy },
          { ntp: given.ntp },
          { kernelArguments: given.kernelArguments },
          { mirrors: { ...emptyProfile.mirrors, apt: given.mirror, docker: given.mirror } },
          { mirrors: { ...emptyProfile.mirrors, dnf: [{ id: 'a', baseurl: given.mirror, gpgkey: given.mirror }] } },
          { files: [{ path: given.path, mode: 0o644, content: given.content }] },
          { scripts: { pre: [{ name: given.hook, content: given.content }], post: [] } },
          { caCertificates: [{ name: given.certificate, pem: given.content }] },
          { preload: [{ reference: given.reference, from: { kind: 'registry' } }] },
        ];
        for (const part of parts) {
          const files = renderOrRefuse(family, part);
          if (files === undefined) continue;
          rendered += 1;
          for (const { path } of files) expect(path).toMatch(/^profile\/(?!.*(^|\/)\.{0,2}(\/|$))[^\p{Cc}]+$/u);
          if (part.files !== undefined && files.length > 0)
            expect(readList(files)).toContainEqual({ step: 'pre', mode: '0644', path: given.path });
          const text = textOf(files, 'profile/profile.env');
          for (const [name, value] of wantedSettings(part)) settings.push({ name, value, text });
        }
      }),
      { numRuns: 150 },
    );
    expect(rendered).toBeGreaterThan(100);
    for (const { name, value, text } of settings.slice(0, 150)) expect(readSettings(text).get(name)).toBe(value);
  });
});

function renderOrRefuse(family: OsFamily, profile: Partial<Profile>): RenderedFile[] | undefined {
  try {
    return render(family, profile);
  } catch (error) {
    expect(error).toBeInstanceOf(FactoryError);
    expect((error as FactoryError).code).toBe('input.invalid');
    return undefined;
  }
}

function wantedSettings({ proxy, ntp, kernelArguments }: Partial<Profile>): [string, string][] {
  return [
    ...(proxy
      ? [['HTTP_PROXY', proxy.http ?? ''] as [string, string], ['HTTPS_PROXY', proxy.https ?? ''] as [string, string]]
      : []),
    ...(ntp !== undefined && ntp.length > 0 ? [['NTP', ntp.join(' ')] as [string, string]] : []),
    ...(kernelArguments !== undefined && kernelArguments.length > 0
      ? [['KERNEL_ARGUMENTS', kernelArguments.join(' ')] as [string, string]]
      : []),
  ];
}
