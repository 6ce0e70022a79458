import { mkdtempSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { provideDebianInstaller } from '../../../src/lab/installer/debian-iso.ts';
import { needTime, skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const signal = new AbortController().signal;

async function needApt(context: TestContext): Promise<void> {
  const args = ['policy', 'debian-installer-12-netboot-amd64', 'isolinux'];
  const run = await exec.run('apt-cache', args, { timeoutMs: 60_000 }).catch(() => undefined);
  const candidates = run?.stdout.match(/Candidate: \d/g) ?? [];
  if (candidates.length < 2) skipOrFail(context, "apt does not know Debian's installer (run apt-get update)");
}

describe('integration/lab/installer', () => {
  it("puts Debian's installer on a medium that BIOS boots, once", async (context) => {
    needTime(context);
    await needApt(context);
    const store = new Store(mkdtempSync(join(tmpdir(), 'installer-')));
    const make = () => provideDebianInstaller({ exec, store, log: silentLog, signal });
    const path = await make();
    expect((await readdir(dirname(path))).sort()).toEqual(['debian-12-netboot.iso', 'entry.json']);
    const report = await exec.run(
      'xorriso',
      ['-indev', path, '-report_el_torito', 'plain', '-find', '/', '-maxdepth', '3'],
      {
        timeoutMs: 60_000,
      },
    );
    expect(report.stdout).toMatch(/boot img :\s+1\s+BIOS\s+y\s+none/);
    for (const file of [
      'isolinux.cfg',
      'ldlinux.c32',
      'debian-installer/amd64/linux',
      'debian-installer/amd64/initrd.gz',
    ]) {
      expect(report.stdout).toContain(`'/${file}'`);
    }
    const before = await modifiedAt(path);
    expect(await make()).toBe(path);
    expect(await modifiedAt(path)).toBe(before);
  });
});

async function modifiedAt(path: string): Promise<number> {
  const file = await open(path);
  try {
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
  }
}
