import { chmodSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.ts';
import { runHnfProcess, waitNoProcesses } from '../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';

const fixtures = resolve(import.meta.dirname, '../fixtures/bin');

interface World {
  cwd: string;
  temp: string;
}

function newWorld(images: Record<string, unknown> = {}): World {
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  writeFileSync(join(cwd, 'images.config.json'), JSON.stringify({ images }));
  return { cwd, temp: mkdtempSync('/tmp/hnf-fault-') };
}

function cloudImage(file: string, checksum: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    os: { family: 'debian', version: '12' },
    source: { kind: 'cloudImage', url: file, checksum: `sha256:${checksum}` },
    provider: 'iam-ra',
    nodeadm: { artifacts: 'mirror' },
    ...more,
  };
}

/** Every fault ends with its exit code, says what is wrong, and leaves nothing. */
async function expectFault(
  world: World,
  args: readonly string[],
  expected: { exitCode: number; says: RegExp },
  env: Record<string, string> = {},
): Promise<void> {
  const result = await runHnfProcess(['image', 'build', ...args, '-o', 'out'], { ...world, env });
  expect(`${result.exitCode}\n${result.stderr}`).toMatch(new RegExp(`^${expected.exitCode}\n`));
  expect(result.stderr).toMatch(expected.says);
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toContain('internal error');
  expect(await waitNoProcesses(world.temp, 30_000)).toEqual([]);
  expect(readdirSync(world.temp)).toEqual([]);
}

describe('fault/bad-input', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'qemu-system-x86_64', 'xorriso');
  });

  it('refuses an unknown image and suggests', async () => {
    await expectFault(newWorld(), ['debian12-lba'], {
      exitCode: 2,
      says: /unknown image 'debian12-lba'.*debian12-lab/,
    });
  });

  // Where AWS can be reached it has no such version either.
  it('refuses a Kubernetes version nobody has, before anything is made', async () => {
    const world = newWorld();
    const says = /kubelet '1\.34\.99' cannot be built here; accepted are 1\.34\.2/;
    await expectFault(world, ['debian12-lab', '--kubernetes', '1.34.99'], { exitCode: 2, says });
    expect(readdirSync(world.cwd)).toEqual(['images.config.json']);
  });

  it('refuses a source with another checksum', async () => {
    const world = newWorld();
    const file = join(world.cwd, 'disk.img');
    writeFileSync(file, Buffer.alloc(1024));
    writeFileSync(
      join(world.cwd, 'images.config.json'),
      JSON.stringify({ images: { mine: cloudImage(file, 'a'.repeat(64)) } }),
    );
    await expectFault(world, ['mine', '--format', 'raw'], {
      exitCode: 2,
      says: /has the SHA-256 [0-9a-f]{64}, the catalog says a{64}/,
    });
  });

  it('refuses a source that is not there', async () => {
    const world = newWorld({ mine: cloudImage('/nowhere/disk.qcow2', 'a'.repeat(64)) });
    await expectFault(world, ['mine', '--format', 'raw'], { exitCode: 2, says: /'\/nowhere\/disk.qcow2'.*is no file/ });
  });

  it('refuses a source that is no disk', async () => {
    const world = newWorld();
    const file = join(world.cwd, 'disk.qcow2');
    const text = '<html>Not found</html>\n'.repeat(100);
    writeFileSync(file, text);
    writeFileSync(
      join(world.cwd, 'images.config.json'),
      JSON.stringify({ images: { mine: cloudImage(file, sha256(text)) } }),
    );
    await expectFault(world, ['mine', '--format', 'raw'], { exitCode: 2, says: /disk\.qcow2' is .*accepted: /s });
  });

  it('refuses what nobody vouches for when it is no disk, after one download and a warning', async () => {
    const server = createHttpServer((_, response) => response.end('<html>Not found</html>\n'.repeat(100)));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };
    const image = cloudImage(`http://127.0.0.1:${port}/disk.qcow2`, '');
    const source = { ...(image['source'] as object), checksum: 'none' };
    const world = newWorld({ mine: { ...image, source } });
    const args = ['mine', '--format', 'raw'];
    await expectFault(world, args, { exitCode: 2, says: /'none' leaves what was downloaded unchecked/ });
    const says = /is used without a checksum[\s\S]*'sha256:[0-9a-f]{64}'[\s\S]*'http:\S+disk\.qcow2' is .*accepted: /;
    await expectFault(world, [...args, '--allow-unverified'], { exitCode: 2, says });
    expect(readdirSync(join(cacheFolder(), 'downloads')).filter((name) => name.startsWith('hnf-'))).toEqual([]);
    expect(readdirSync(world.cwd)).not.toContain('out');
    server.close();
  });

  it('says when the output folder cannot be written', async () => {
    const world = newWorld();
    writeFileSync(join(world.cwd, 'out'), 'a file, so that even root cannot write into it');
    await expectFault(world, ['debian12-lab', '--format', 'raw'], { exitCode: 1, says: /cannot write '.*\/out'/ });
  });

  it('says when no tool is there', async () => {
    const world = newWorld();
    const bin = join(world.cwd, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const env = { PATH: bin, HNF_CACHE_DIR: join(world.cwd, 'cache') };
    await expectFault(
      world,
      ['debian12-lab', '--format', 'raw'],
      { exitCode: 3, says: /packer .*is not there\nhint: .*hnf tools install packer/s },
      env,
    );
  });

  it.each([
    ['packer-old', /\d\S*, which is too old; accepted: >=1\.11/],
    ['packer-cracklib', /is another program of that name/],
  ])('says when packer is %s', async (fixture, says) => {
    const world = newWorld();
    const bin = join(world.cwd, 'bin');
    mkdirSync(bin);
    symlinkSync(join(fixtures, `${fixture}.sh`), join(bin, 'packer'));
    const env = { PATH: [bin, process.env['PATH']].join(delimiter), HNF_CACHE_DIR: join(world.cwd, 'cache') };
    await expectFault(world, ['debian12-lab', '--format', 'raw'], { exitCode: 3, says }, env);
  });

  it('says when the plugin is missing', async () => {
    const world = newWorld();
    const cache = join(world.cwd, 'cache');
    const tools = join(cacheFolder(), 'tools');
    const packer = readdirSync(tools).find((name) => /^packer-\d/.test(name)) ?? '';
    const bin = join(world.cwd, 'bin');
    mkdirSync(bin);
    symlinkSync(join(tools, packer, 'packer'), join(bin, 'packer'));
    const env = { PATH: [bin, process.env['PATH']].join(delimiter), HNF_CACHE_DIR: cache };
    const says = /packer-plugin-qemu .*is not there\nhint: .*hnf tools install packer-plugin-qemu/s;
    await expectFault(world, ['debian12-lab', '--format', 'raw'], { exitCode: 3, says }, env);
  });

  it('says when every port of the range is taken', async () => {
    const world = newWorld({ 'port-lab': { extends: 'debian12-lab', nodeadm: { timeoutMinutes: 23 } } });
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as { port: number };
    const args = ['port-lab', '--format', 'raw', '--ssh-ports', String(port)];
    await expectFault(world, args, { exitCode: 1, says: new RegExp(`no free port.*between ${port} and ${port}`) });
    server.close();
  });

  it('gives up on a guest that never comes up, and shows where it stopped', async () => {
    const world = newWorld();
    const file = join(world.cwd, 'dead.raw');
    const disk = Buffer.alloc(1024 * 1024);
    // A boot sector that prints nothing and halts: `cli; hlt`, one partition.
    disk.set([0xfa, 0xf4, 0xeb, 0xfd], 0);
    disk.set([0x80, 0, 1, 0, 0x83, 0, 1, 0, 1, 0, 0, 0, 0, 4, 0, 0], 446);
    disk.set([0x55, 0xaa], 510);
    writeFileSync(file, disk);
    const images = { dead: cloudImage(file, sha256(disk), { build: { sshTimeoutMinutes: 1 } }) };
    writeFileSync(join(world.cwd, 'images.config.json'), JSON.stringify({ images }));
    const says = /the base layer failed while 'wait for ssh'.*serial log: .*hint: The guest never answered on SSH/s;
    await expectFault(world, ['dead', '--format', 'raw'], { exitCode: 1, says });
  });

  it('survives a cache folder that cannot be written', async () => {
    const world = newWorld();
    const cache = join(world.cwd, 'cache');
    writeFileSync(cache, 'a file');
    chmodSync(cache, 0o444);
    await expectFault(
      world,
      ['debian12-lab', '--format', 'raw'],
      { exitCode: 1, says: /cannot write '.*\/cache'/ },
      { HNF_CACHE_DIR: cache },
    );
  });
});
