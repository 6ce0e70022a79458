import { cpSync, mkdtempSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { needTime } from '../../helpers/need-tools.ts';

const root = resolve(import.meta.dirname, '../../..');
const notPacked = ['node_modules', 'dist', 'out', '.git', 'bench/results'];

/** A copy of the checkout, so that packing does not disturb the tests beside it. */
function copyCheckout(): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'pack-')), 'checkout');
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !notPacked.some((name) => path === join(root, name)) && !path.endsWith('.tgz'),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** What a start loads decides how long it takes: bench/cli-start.ts. Files are named with their sizes in bytes. */
async function expectQuickStart(installed: string): Promise<void> {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => (url.startsWith('file:') && console.error(url), next(url, context)) });`;
  const flag = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  for (const args of [['--help'], ['--version'], ['completion', 'bash']]) {
    const { stderr } = await execa(process.execPath, [flag, join(installed, 'bin/hnf.js'), ...args]);
    const loaded = stderr.split('\n').map((url) => fileURLToPath(url));
    const described = loaded.map((path) => `${basename(path)} ${statSync(path).size}`).join(', ');
    expect(loaded.length, described).toBeLessThanOrEqual(6);
    expect(Math.max(...loaded.map((path) => statSync(path).size)), described).toBeLessThan(120_000);
  }
  // Where nothing can be kept, compiled code is not.
  const env = { HOME: '/dev/null', XDG_CACHE_HOME: '' };
  expect((await execa(process.execPath, [join(installed, 'bin/hnf.js'), 'config', 'schema'], { env })).stderr).toBe('');
}

describe('project/pack', () => {
  it('installs from the packed file into an empty folder and works there', async (context) => {
    needTime(context);
    const checkout = copyCheckout();
    await execa('npm', ['pack', '--silent'], { cwd: checkout });
    const tarball = readdirSync(checkout).find((name) => name.endsWith('.tgz')) ?? '';
    const { stdout: listing } = await execa('tar', ['tzf', join(checkout, tarball)]);
    expect(listing).not.toMatch(/package\/(test|src|scripts|bench)\//);
    expect(listing).toMatch(/package\/dist\/main\.js/);

    const user = mkdtempSync(join(tmpdir(), 'user-'));
    writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true }');
    await execa('npm', ['install', '--silent', '--no-audit', '--no-fund', join(checkout, tarball)], { cwd: user });
    const hnf = (...args: string[]) => execa(join(user, 'node_modules/.bin/hnf'), args, { cwd: user, reject: false });
    expect((await hnf('--version')).stdout).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await hnf('config', 'init')).exitCode).toBe(0);
    const judge = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', 'images.config.ts'];
    const types = await execa(join(root, 'node_modules/.bin/tsc'), judge, { cwd: user, reject: false });
    expect(types.stdout).toBe('');
    expect((await hnf('image', 'list')).stdout).toContain('debian12-lab');
    const plan = await hnf('image', 'build', 'debian12-lab', '--dry-run', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({ image: 'debian12-lab' });
    expect(JSON.parse((await hnf('tools', 'list', '--json')).stdout)).toContainEqual(
      expect.objectContaining({ name: 'packer' }),
    );
    expect((await hnf('image', 'render', 'debian12-lab', '-o', 'work')).exitCode).toBe(0);

    await expectQuickStart(join(user, 'node_modules/hybrid-node-factory'));

    const script = "import { defineConfig } from 'hybrid-node-factory'; console.log(typeof defineConfig);";
    const library = await execa(process.execPath, ['--input-type=module', '-e', script], { cwd: user });
    expect(library.stdout).toBe('function');
  });

  it('says in one line that an older Node is too old', async () => {
    const script = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });
      await import(${JSON.stringify(join(mkdtempSync(join(tmpdir(), 'bin-')), 'bin', 'hnf.js'))});`;
    const folder = /"(.*)\/bin\/hnf\.js"/.exec(script)?.[1] ?? '';
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
    const old = await execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
    expect([old.exitCode, old.stdout]).toEqual([3, '']);
    expect(old.stderr).toMatch(/^hnf needs Node 22\.18 or newer; this is Node 20\.1\.0 \(.*\)\.$/);
  });
});
