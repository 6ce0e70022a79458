import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { Store } from '../../../src/core/store.ts';
import { provideCloudInit } from '../../../src/tools/cloud-init.ts';
import { findTool } from '../../../src/tools/find.ts';
import { provideTool } from '../../../src/tools/provide.ts';
import { needTime, realTools } from '../../helpers/need-tools.ts';

const exec = createExec();

describe('integration/tools/python', () => {
  it('makes the judges out of PyPI and the distribution, once, in a folder of ours', async (context) => {
    needTime(context);
    const root = mkdtempSync(join(tmpdir(), 'python-'));
    const fresh = () => ({ ...realTools(), store: new Store(root) });
    expect(await findTool('ksvalidator', fresh())).toBeUndefined();
    const tools = fresh();
    const [ksvalidator, python] = await Promise.all([
      provideTool('ksvalidator', tools),
      provideTool('python-judges', tools),
    ]);
    expect(ksvalidator).toMatchObject({ version: '3.78', origin: 'pypi' });
    expect(await findTool('python-judges', fresh())).toEqual(python);
    const kickstart = join(root, 'ks.cfg');
    writeFileSync(kickstart, 'auth --enableshadow\n');
    const run = await exec.run(ksvalidator.path, ['-v', 'RHEL10', kickstart], { accept: [0, 1, 2], timeoutMs: 60_000 });
    expect(run.stdout + run.stderr).toContain('auth has been removed');
    const cloudInit = await provideCloudInit(fresh());
    const version = await exec.run(cloudInit.path, ['--version'], { timeoutMs: 60_000 });
    expect(version.stdout + version.stderr).toContain(cloudInit.version);
    // The machine's own Python and package system were not touched.
    expect(readFileSync(ksvalidator.path, 'utf8')).toMatch(new RegExp(`^#!${root}`));
    await expect(exec.run('dpkg-query', ['--status', 'cloud-init'], { timeoutMs: 60_000 })).rejects.toThrow();
  });
});
