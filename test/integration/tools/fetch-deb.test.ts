import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { sha256File } from '../../../src/core/hash.ts';
import type { ToolsContext } from '../../../src/tools/context.ts';
import { provideStored } from '../../../src/tools/provide.ts';
import { findStored, type ToolRequest } from '../../../src/tools/stored.ts';
import { needPrograms, realTools, skipOrFail } from '../../helpers/need-tools.ts';
import { type DebianMirror, startDebianMirror, writeTree } from './debian-mirror.ts';

const exec = createExec();
const pool = 'pool/main/t/thing/thing_1.0_all.deb';
let root: string;
let mirror: DebianMirror;
let context: ToolsContext;
let request: ToolRequest;

beforeEach(async (test) => {
  if (!existsSync('/usr/lib/apt/apt-helper')) skipOrFail(test, 'this machine has no apt');
  needPrograms(test, 'apt-get', 'dpkg-deb');
  root = mkdtempSync(join(tmpdir(), 'deb-'));
  mirror = await startDebianMirror(root, exec);
  context = { ...realTools({ ...process.env, HNF_CACHE_DIR: join(root, 'cache') }), exec: mirror.exec };
  request = await publishPackage();
});

afterEach(async () => {
  await mirror?.stop();
  await rm(root, { recursive: true, force: true });
});

/** A real package of two files, on the mirror. */
async function publishPackage(): Promise<ToolRequest> {
  const tree = join(root, 'tree');
  await writeTree(tree, {
    'DEBIAN/control':
      'Package: thing\nVersion: 1.0\nArchitecture: all\nMaintainer: x <x@example.com>\nDescription: x\n',
    'usr/share/thing/CODE.fd': 'code',
    'usr/share/thing/VARS.fd': 'vars',
    'usr/share/thing/OTHER.fd': 'not wanted',
  });
  const file = join(mirror.folder, pool);
  await mkdir(dirname(file), { recursive: true });
  await exec.run('dpkg-deb', ['--root-owner-group', '-b', tree, file], { timeoutMs: 60_000 });
  const deb = {
    path: pool,
    sha256: await sha256File(file),
    files: ['usr/share/thing/CODE.fd', 'usr/share/thing/VARS.fd'],
  } as const;
  const what = { name: 'thing', why: 'is tested', wanted: '=1.0', pinned: '1.0', binary: 'CODE.fd' };
  const tool = { ...what, kind: 'firmware', sources: ['deb'], deb } as const;
  return { tool, version: '1.0', platform: { os: 'linux', arch: 'amd64' } };
}

function leftovers(): string[] {
  return ['tmp', 'locks'].flatMap((name) => readdirSync(join(root, 'cache', name)));
}

describe('integration/tools/fetch-deb', () => {
  it("unpacks the wanted files of a package from this machine's mirror, once", async () => {
    const entry = await provideStored(request, context);
    expect(entry.meta).toMatchObject({ origin: 'deb', version: '1.0', source: `${mirror.root}${pool}` });
    expect(readdirSync(entry.folder).sort()).toEqual(['CODE.fd', 'VARS.fd', 'entry.json']);
    expect(await readFile(join(entry.folder, 'VARS.fd'), 'utf8')).toBe('vars');
    expect(mirror.asked).toEqual([`/${pool}`]);
    expect(await findStored(request, context)).toMatchObject({ folder: entry.folder, cached: true });
    expect(await provideStored(request, context)).toMatchObject({ cached: true });
    expect(mirror.asked).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  it('does not take another file for it', async () => {
    await writeFile(join(mirror.folder, pool), 'something else');
    await expect(provideStored(request, context)).rejects.toMatchObject({
      code: 'check.failed',
      message: expect.stringContaining('expected is'),
    });
    expect(await findStored(request, context)).toBeUndefined();
    expect(leftovers()).toEqual([]);
  });

  it('tries the public mirrors too, and says what each answered', async () => {
    await rm(join(mirror.folder, pool));
    const error = await provideStored(request, context).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'tool.missing',
      message: 'thing 1.0 is needed (is tested) and could not be had',
    });
    expect((error as { details: string[] }).details).toEqual([
      "package: no Debian mirror gave 'thing_1.0_all.deb'",
      expect.stringContaining(`${mirror.root}${pool}  404  Not Found`),
      expect.stringContaining(`http://deb.debian.org/debian/${pool}  404  Not Found`),
      expect.stringContaining(`http://archive.debian.org/debian/${pool}  404  Not Found`),
    ]);
    expect(leftovers()).toEqual([]);
  });

  it('stops at an interrupt with nothing half-made', async () => {
    const controller = new AbortController();
    const running = provideStored(request, { ...context, signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'interrupted' });
    expect(leftovers()).toEqual([]);
  });
});
