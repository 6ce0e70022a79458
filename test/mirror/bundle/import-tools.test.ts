import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { importTools } from '../../../src/mirror/bundle/import-tools.ts';
import { openBundle } from '../../../src/mirror/bundle/open-bundle.ts';
import { makeBundle, makeFolder, openContext } from './sample.ts';

const record = {
  name: 'packer',
  version: '1.16.0',
  platform: 'linux-amd64',
  origin: 'go',
  source: 'pkg:golang/x',
  binary: 'packer',
  seconds: 0,
};
const key = 'packer-1.16.0-linux-amd64-0123456789abcdef';
const context = { log: silentLog, signal: new AbortController().signal };

function toolTexts(changes: Readonly<Record<string, unknown>> = {}, name = key): Record<string, string> {
  const text = JSON.stringify({ ...record, ...changes });
  return { [`tools/${name}/tool.json`]: text, [`tools/${name}/packer`]: '#!/bin/sh\n' };
}

async function open(texts: Readonly<Record<string, string>>) {
  const { path } = await makeBundle('tools.tar', texts);
  return openBundle(path, makeFolder(), openContext());
}

describe('mirror/bundle/import-tools', () => {
  it('puts a tool where hnf looks for its own, with all its files', async () => {
    const bundle = await open({ ...toolTexts(), [`tools/${key}/vars.fd`]: 'vars' });
    const store = new Store(makeFolder());
    const [tool] = await importTools(bundle, store, context);
    expect(tool).toMatchObject({ name: 'packer', version: '1.16.0', origin: 'go', platform: 'linux-amd64' });
    expect(statSync(tool?.path ?? '').mode & 0o777).toBe(0o755);
    const entry = await store.find('tools', key, context);
    expect(entry?.meta).toMatchObject(record);
    expect(readdirSync(entry?.folder ?? '').sort()).toEqual(['entry.json', 'packer', 'vars.fd']);
    expect(readFileSync(join(entry?.folder ?? '', 'vars.fd'), 'utf8')).toBe('vars');
  });

  it('leaves what is there, and what is not wanted', async () => {
    const bundle = await open(toolTexts());
    const store = new Store(makeFolder());
    expect(await importTools(bundle, store, context, (name) => name === 'govc')).toEqual([]);
    await importTools(bundle, store, context);
    const time = statSync(join(store.root, 'tools', key, 'packer')).mtimeMs;
    await importTools(bundle, store, context);
    expect(statSync(join(store.root, 'tools', key, 'packer')).mtimeMs).toBe(time);
  });

  it.each([
    ['with a record that leads elsewhere', toolTexts({ binary: '..' }), /a field is wrong/],
    ['under the name of another one', toolTexts({}, 'govc-0.56.0-linux-amd64-release'), /it says it is packer/],
    ['without its program', toolTexts({ binary: 'other' }), /it has no 'other'/],
    ['that is not described', { [`tools/${key}/packer`]: 'x' }, /ENOENT/],
    ['whose description is no JSON', { ...toolTexts(), [`tools/${key}/tool.json`]: '{' }, /does not describe a tool/],
    ['with the cache’s own note', { ...toolTexts(), [`tools/${key}/entry.json`]: '{}' }, /entry\.json/],
    ['of unknown origin', toolTexts({ origin: 'elsewhere' }), /a field is wrong/],
  ])('takes no tool %s', async (_, texts, message) => {
    const bundle = await open(texts);
    const store = new Store(makeFolder());
    await expect(importTools(bundle, store, context)).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringMatching(message),
    });
    expect(await store.find('tools', key, context)).toBeUndefined();
  });
});
