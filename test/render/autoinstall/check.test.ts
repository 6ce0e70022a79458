import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/core/package-root.ts';
import { findAutoinstallFaults, ubuntuMajor } from '../../../src/render/autoinstall/check.ts';
import { renderAutoinstallSchema } from '../../../src/render/autoinstall/schema.ts';
import type { UbuntuMajor } from '../../../src/render/autoinstall/shape.ts';
import { renderAutoinstall } from '../../../src/render/autoinstall.ts';
import { fillSeed } from '../../../src/render/fill-seed.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { builtinCells, cellFolder } from '../cells.ts';
import { exampleSpecs } from '../example-specs.ts';

const templates = loadTemplates(packageRoot());
const specs = [...builtinCells, ...exampleSpecs].filter(
  ({ os, source }) => os.family === 'ubuntu' && source.kind === 'iso',
);

type Answers = Record<string, unknown>;

function answersOf(release: UbuntuMajor): { autoinstall: Answers } {
  const spec = specs.find(({ os, arch }) => ubuntuMajor(os.version) === release && arch === 'amd64');
  const seed = spec === undefined ? undefined : renderAutoinstall(spec, templates);
  const text = seed?.files.find(({ path }) => path.includes('user-data'))?.content ?? '';
  return load(fillSeed(text)) as { autoinstall: Answers };
}

function faultsOf(answers: unknown, release: UbuntuMajor = 24): string[] {
  const check = { release, arch: 'amd64', diskGiB: 20 } as const;
  return findAutoinstallFaults(answers, check).map(({ path, message }) => `${path}: ${message}`);
}

describe('render/autoinstall/check', () => {
  it.each(specs.map((spec) => [cellFolder(spec), spec] as const))('has nothing against %s', (_, spec) => {
    const text = renderAutoinstall(spec, templates).files.find(({ path }) => path.includes('user-data'))?.content ?? '';
    const check = { release: ubuntuMajor(spec.os.version), arch: spec.arch, diskGiB: spec.disk.sizeGiB };
    expect(findAutoinstallFaults(load(fillSeed(text)), check)).toEqual([]);
  });

  it('tells where and what was meant, at every depth', () => {
    const { autoinstall } = answersOf(24);
    const storage = structuredClone(autoinstall['storage']) as { config: Record<string, unknown>[] };
    Object.assign(storage.config[1] ?? {}, { flg: 'boot' });
    expect(
      faultsOf({ autoinstall: { ...autoinstall, storage, packges: ['jq'], ssh: { 'allow-pwd': false } } }),
    ).toEqual([
      "autoinstall.ssh.allow-pwd: 'allow-pwd' is unknown; did you mean 'allow-pw'?; the installer reads past it",
      "autoinstall.storage.config[1].flg: 'flg' is unknown; did you mean 'flag'?; the installer reads past it",
      "autoinstall.packges: 'packges' is unknown; did you mean 'packages'?; the installer reads past it",
      'autoinstall.ssh.install-server: is not true: nobody gets in over SSH',
      'autoinstall.ssh.allow-pw: is not false: passwords would be tried',
    ]);
  });

  it('knows what came after a release', () => {
    const { autoinstall } = answersOf(24);
    const late = faultsOf({ autoinstall }, 20).filter((line) => line.includes('came after 20.04'));
    expect(late.map((line) => line.split(':')[0])).toEqual([
      'autoinstall.source',
      'autoinstall.drivers',
      'autoinstall.oem',
      'autoinstall.kernel-crash-dumps',
      'autoinstall.apt.fallback',
    ]);
  });

  it.each([
    [null, /null does not belong here; accepted: a map/],
    [{}, /autoinstall: 'autoinstall' is missing/],
    [{ autoinstall: [] }, /\[\] does not belong here/],
    ['text', /"text" does not belong here/],
  ])('survives %j', (answers, words) => {
    expect(faultsOf(answers).join('\n')).toMatch(words);
  });

  it('counts the partitions', () => {
    const { autoinstall } = answersOf(22);
    const storage = structuredClone(autoinstall['storage']) as { config: Record<string, unknown>[] };
    for (const action of storage.config) if (action['id'] === 'partition-esp') action['size'] = '21G';
    expect(faultsOf({ autoinstall: { ...autoinstall, storage } }, 22)).toEqual([
      'autoinstall.storage.config: the partitions need 21505 MiB, the disk has 20480',
    ]);
    for (const action of storage.config) if (action['id'] === 'partition-esp') action['size'] = '15G';
    expect(faultsOf({ autoinstall: { ...autoinstall, storage } }, 22)).toEqual([
      "autoinstall.storage.config: '/' is left with 5119 MiB of the disk, needed are 8192",
    ]);
  });

  it.each([
    [['/', '/var', '/var/log', '/boot/efi'], []],
    [['/', '/var/log', '/var', '/boot/efi'], ["config[8].path: '/var' is mounted over '/var/log', which is above"]],
    [['/var', '/', '/boot/efi'], ["config[7].path: '/' is mounted over '/var', which is above"]],
    [['/', '/opt', '/opt', '/boot/efi'], ["config[8].path: '/opt' is there twice"]],
    [['/', '/var', '/variable', '/boot/efi'], []],
  ])('mounts %j in an order in which all are seen', (paths, expected) => {
    const { autoinstall } = answersOf(24);
    const { storage } = autoinstall as { storage: { config: Record<string, unknown>[] } };
    const others = storage.config.filter(({ type }) => type !== 'mount');
    const device = (path: string) => (path === '/boot/efi' ? 'format-esp' : 'format-root');
    const mounts = paths.map((path, at) => ({ id: `mount-${at}`, type: 'mount', device: device(path), path }));
    const faults = faultsOf({
      autoinstall: { ...autoinstall, storage: { ...storage, config: [...others, ...mounts] } },
    });
    expect(faults).toEqual(expected.map((fault) => `autoinstall.storage.${fault}`));
  });
});

describe('render/autoinstall/schema', () => {
  it('leaves out what a release does not know, and lets nothing else in', () => {
    const keys = (release: UbuntuMajor) => {
      const schema = renderAutoinstallSchema(release) as {
        properties: { autoinstall: { additionalProperties: boolean; properties: Record<string, unknown> } };
      };
      expect(schema.properties.autoinstall.additionalProperties).toBe(false);
      return Object.keys(schema.properties.autoinstall.properties);
    };
    const added = (from: UbuntuMajor, to: UbuntuMajor) => keys(to).filter((key) => !keys(from).includes(key));
    expect(added(20, 22)).toEqual(['source', 'codecs', 'drivers']);
    expect(added(22, 24)).toEqual(['kernel-crash-dumps', 'active-directory', 'oem', 'ubuntu-pro']);
  });
});
