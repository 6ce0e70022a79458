import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import { openBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { withBundleServer } from '../../../src/mirror/bundle/serve-bundle.ts';
import { describeBundle, writeBundle } from '../../../src/mirror/bundle/write-bundle.ts';
import { collectDebianArchive, type DebianArchive } from '../../../src/mirror/packages/debian-archive.ts';
import { listOnPath } from '../../../src/tools/find-on-path.ts';
import { needPrograms } from '../../helpers/need-tools.ts';
import { type SignedArchive, startSignedArchive } from './signed-archive.ts';

const exec = createExec();
const { signal } = new AbortController();
const root = mkdtempSync(join(tmpdir(), 'packages-'));
const store = new Store(join(root, 'cache'));
const programs = ['apt-get', 'dpkg-deb', 'gpg', 'xz'];
const context = { exec, store, clock: systemClock, log: silentLog, signal, env: {} };

function collect(archive: SignedArchive, packages = ['app']): Promise<DebianArchive> {
  return collectDebianArchive({ sources: [archive.source], arch: 'amd64', packages }, context);
}

/** An apt of the isolated side: the same source, and the bundle for a proxy. */
async function isolatedApt(archive: SignedArchive, proxy: string) {
  const folder = mkdtempSync(join(root, 'apt-'));
  for (const name of ['lists/partial', 'cache/archives/partial']) {
    await exec.run('mkdir', ['-p', join(folder, name)], { timeoutMs: 10_000 });
  }
  writeFileSync(join(folder, 'sources.list'), `${archive.source}\n`);
  writeFileSync(join(folder, 'status'), '');
  const settings = [
    'Dir::Etc::main "none"',
    `Dir::Etc::parts "${folder}/lists/partial"`,
    `Dir::Etc::sourcelist "${folder}/sources.list"`,
    'Dir::Etc::sourceparts "-"',
    `Dir::State::lists "${folder}/lists"`,
    `Dir::State::status "${folder}/status"`,
    `Dir::Cache "${folder}/cache"`,
    'APT::Architecture "amd64"',
    'APT::Sandbox::User ""',
    `Acquire::http::Proxy "${proxy}"`,
    'Acquire::Check-Valid-Until "false"',
  ];
  writeFileSync(join(folder, 'apt.conf'), settings.map((line) => `${line};\n`).join(''));
  const env = { APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8' };
  const run = (...args: string[]) => exec.run('apt-get', args, { env, timeoutMs: 60_000, accept: [0, 100] });
  return { folder, run };
}

describe('integration/bundle/packages', () => {
  let archive: SignedArchive;

  beforeAll(async () => {
    const isThere = (name: string) => listOnPath(name, process.env['PATH']).length > 0;
    if (programs.every(isThere)) archive = await startSignedArchive(root, exec);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  beforeEach((test) => needPrograms(test, ...programs));

  it('collects what apt would install, and asks for it once', async () => {
    const { files, packages } = await collect(archive);
    const names = files.map(({ url }) => url.slice(archive.url.length + 1)).sort();
    expect(names).toEqual([
      'dists/stable/InRelease',
      'dists/stable/main/binary-amd64/Packages.xz',
      'pool/main/app/app_1.0_all.deb',
      'pool/main/apt/apt_1.0_all.deb',
      'pool/main/base/base_1.0_all.deb',
      'pool/main/library/library_2.0+b1~rc1_all.deb',
    ]);
    expect(packages).toBe(4);
    const before = archive.asked.filter((path) => path.includes('/pool/')).length;
    await collect(archive);
    expect(archive.asked.filter((path) => path.includes('/pool/'))).toHaveLength(before);
  });

  it('says what apt says when a package is not there', async () => {
    await expect(collect(archive, ['nothing-of-the-kind'])).rejects.toMatchObject({
      code: 'exec.failed',
      details: [expect.stringContaining('Unable to locate package nothing-of-the-kind')],
    });
  });

  it('keeps nothing that is not what the archive signed, and ends with it', async () => {
    const other = await startSignedArchive(join(root, 'other'), exec);
    const deb = join(root, 'other/debian/pool/main/library/library_2.0+b1~rc1_all.deb');
    writeFileSync(deb, readFileSync(deb).fill('x', 100));
    const fresh = new Store(join(root, 'other-cache'));
    const wanted = collectDebianArchive(
      { sources: [other.source], arch: 'amd64', packages: ['app'] },
      { ...context, store: fresh },
    );
    await expect(wanted).rejects.toMatchObject({ code: 'check.failed' });
    await other.stop();
  });

  it('serves a real apt, signatures included, when the archive is gone', async () => {
    const collected = await collect(archive);
    await archive.stop();
    const files = collected.files.map(({ url, file }) => ({ path: `packages/${url.replace('http://', '')}`, file }));
    const writing = { hashes: store.hashes, signal };
    const content = { ...emptyContent, packages: [{ url: archive.url, suites: ['stable'], packages: 4 }] };
    const manifest = await describeBundle(content, files, writing);
    const { path } = await writeBundle(join(root, 'packages.tar'), manifest, files, writing);
    const bundle = await openBundle(path, store.root, writing);
    const serving = { log: silentLog, emit: silentEmit, signal, label: { operation: 'x', subject: 'x', phase: 'x' } };
    await withBundleServer(bundle, {}, serving, async ({ url, served }) => {
      const { folder, run } = await isolatedApt(archive, url);
      const update = await run('update');
      expect([update.exitCode, update.stderr], update.stdout).toEqual([0, '']);
      const download = await run('install', '-y', '--download-only', 'app');
      expect(download.exitCode, download.stderr).toBe(0);
      expect(
        readdirSync(join(folder, 'cache/archives'))
          .filter((name) => name.endsWith('.deb'))
          .sort(),
      ).toEqual(['app_1.0_all.deb', 'library_1%3a2.0+b1~rc1_all.deb']);
      const missing = await run('install', '-y', '--download-only', 'other');
      expect([missing.exitCode, missing.stderr]).toEqual([100, expect.stringContaining('404')]);
      expect(served.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4);
    });
  });

  it('is of no use to an apt that does not know the key', async () => {
    const bundle = await openBundle(join(root, 'packages.tar'), store.root, { hashes: store.hashes, signal });
    const serving = { log: silentLog, emit: silentEmit, signal, label: { operation: 'x', subject: 'x', phase: 'x' } };
    await withBundleServer(bundle, {}, serving, async ({ url }) => {
      const other = { ...archive, source: archive.source.replace(/signed-by=\S+\]/, 'signed-by=/dev/null]') };
      const { run } = await isolatedApt(other, url);
      const update = await run('update');
      expect(`${update.exitCode} ${update.stdout} ${update.stderr}`).toMatch(
        /NO_PUBKEY|not signed|isn't signed|public key/,
      );
    });
    expect(readFileSync(join(root, 'packages.tar')).length).toBeGreaterThan(0);
  });
});
