import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../../../src/flows/host-folders/folder.ts';
import { checkOutput, listLeftovers, withStage } from '../../../src/flows/host-folders/stage.ts';

const ownNames = ['a', 'b'];
const newOutput = () => join(mkdtempSync(join(tmpdir(), 'stage-')), 'out');

async function put(output: string, hosts: readonly string[], content: string, signal = new AbortController().signal) {
  await withStage(output, ownNames, async (stage) => {
    for (const host of hosts) writeFolder(join(stage.folder, host), [{ name: 'a', content }]);
    await stage.place(hosts, signal);
  });
}

/** `host/file=content` of everything in the output. */
function list(output: string): string[] {
  return readdirSync(output, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${join(parentPath, name).slice(output.length + 1)}=${read(parentPath, name)}`)
    .sort();
}

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const manyHosts = Array.from({ length: 1000 }, (_, at) => `h${at}`);

/** Aborted when it is asked for the nth time. */
function abortsAt(nth: number): AbortSignal {
  let asked = 0;
  return new Proxy(new AbortController().signal, {
    get(target, key) {
      if (key === 'aborted') {
        asked += 1;
        return asked >= nth;
      }
      return Reflect.get(target, key, target);
    },
  });
}

describe('flows/host-folders/stage', () => {
  it('makes a new output private, and nothing beside it', async () => {
    const output = newOutput();
    await put(output, ['h1', 'h2'], 'one');
    expect(list(output)).toEqual(['h1/a=one', 'h2/a=one']);
    expect(statSync(output).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(output, '..'))).toEqual(['out']);
  });

  it('puts new folders in place of old ones, with what others put there', async () => {
    const output = newOutput();
    await put(output, ['h1', 'h2'], 'one');
    writeFileSync(join(output, 'h1/notes'), 'mine');
    writeFileSync(join(output, 'h1/b'), 'stale');
    await put(output, ['h1', 'h3'], 'two');
    expect(list(output)).toEqual(['h1/a=two', 'h1/notes=mine', 'h2/a=one', 'h3/a=two']);
  });

  it.each([
    ['a folder of somebody else', (path: string) => mkdirSync(join(path, 'sub'))],
    ['a link', (path: string) => symlinkSync('a', join(path, 'link'))],
  ])('changes nothing at all when %s is in the way of one', async (_what, obstruct) => {
    const output = newOutput();
    await put(output, ['h1', 'h2', 'h3'], 'one');
    obstruct(join(output, 'h2'));
    const before = list(output);
    await expect(put(output, ['h1', 'h2', 'h3'], 'two')).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(/'.*out\/h2\/(sub|link)' is in the way/),
    });
    expect(list(output)).toEqual(before);
    expect(readdirSync(output)).toEqual(['h1', 'h2', 'h3']);
  });

  it('refuses a file and a link where a host goes, before anything has changed', async () => {
    const output = newOutput();
    await put(output, ['h1'], 'one');
    writeFileSync(join(output, 'h2'), 'mine');
    symlinkSync('h1', join(output, 'h3'));
    for (const host of ['h2', 'h3'])
      await expect(put(output, ['h1', host], 'two')).rejects.toMatchObject({
        code: 'input.invalid',
        message: expect.stringContaining(`${host}' is in the way: it is no folder`),
      });
    expect(read(output, 'h1/a')).toBe('one');
    expect(readdirSync(output)).toEqual(['h1', 'h2', 'h3']);
  });

  // Of 1000 hosts it looks 5 times before anything changes, and 5 times while names are given.
  it.each([5, 6, 8, 10])('is as it was when interrupted at look %i', async (nth) => {
    const output = newOutput();
    await put(output, manyHosts.slice(0, 500), 'one');
    writeFileSync(join(output, 'h1/notes'), 'mine');
    const before = list(output);
    await expect(put(output, manyHosts, 'two', abortsAt(nth))).rejects.toMatchObject({ code: 'interrupted' });
    expect(list(output)).toEqual(before);
    expect(readdirSync(output)).toHaveLength(500);
  });

  it.each(['file', 'file/sub', 'file/sub/deeper'])('refuses %s as output: there is a file', async (path) => {
    const folder = mkdtempSync(join(tmpdir(), 'stage-'));
    writeFileSync(join(folder, 'file'), '');
    await expect(put(join(folder, path), ['h1'], 'one')).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(/^'.*\/file' is no folder/),
    });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('comes back from a parent that takes no folder', async () => {
    await expect(put('/proc/nowhere/deep/out', ['h1'], 'one')).rejects.toThrow();
  });

  it('takes a link to a folder as output', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stage-'));
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'link'));
    await checkOutput(join(folder, 'link'));
    await put(join(folder, 'link'), ['h1'], 'one');
    expect(list(join(folder, 'real'))).toEqual(['h1/a=one']);
  });

  it('lists folders of hosts that are gone', async () => {
    const output = newOutput();
    await put(output, ['h1', 'h2'], 'one');
    mkdirSync(join(output, 'other'));
    expect(await listLeftovers(output, 'a', (name) => name === 'h1')).toEqual(['h2']);
    expect(await listLeftovers(join(output, 'none'), 'a', () => false)).toEqual([]);
  });
});
