import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { withTempDir } from '../../../src/core/temp.ts';
import { buildNoCloudIso } from '../../../src/lab/seed/nocloud.ts';
import { needTools, skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const userData = `#cloud-config\n${'x: y\n'.repeat(2000)}`;
const iso = buildNoCloudIso({ instanceId: 'i-1', hostname: 'node-1', userData, networkConfig: 'version: 2\n' });

describe('lab/seed/iso, judged by xorriso', () => {
  it('is read without a complaint, with our names and contents', async (context) => {
    const [xorriso] = await needTools(context, 'xorriso');
    await withTempDir('hnf-seed', async (folder) => {
      const file = join(folder, 'seed.iso');
      await writeFile(file, iso);
      const args = [
        '-abort_on',
        'WARNING',
        '-indev',
        file,
        '-osirrox',
        'on',
        '-extract',
        '/',
        join(folder, 'out'),
        '-pvd_info',
      ];
      const { stdout, stderr } = await exec.run(xorriso ?? '', args, { timeoutMs: 30_000 });
      expect(`${stdout}${stderr}`).toMatch(/Volume Id +: cidata/);
      expect(await readFile(join(folder, 'out/user-data'), 'utf8')).toBe(userData);
      expect(JSON.parse(await readFile(join(folder, 'out/meta-data'), 'utf8'))).toEqual({
        'instance-id': 'i-1',
        'local-hostname': 'node-1',
      });
      expect(await readFile(join(folder, 'out/network-config'), 'utf8')).toBe('version: 2\n');
    });
  });

  it('gives isoinfo the same names by Rock Ridge and by Joliet', async (context) => {
    await withTempDir('hnf-seed', async (folder) => {
      const file = join(folder, 'seed.iso');
      await writeFile(file, iso);
      for (const flag of ['-R', '-J']) {
        const { stdout } = await exec.run('isoinfo', [flag, '-f', '-i', file], { timeoutMs: 30_000 }).catch((error) => {
          if (error.code !== 'tool.missing') throw error;
          return skipOrFail(context, 'isoinfo, a second reader (package genisoimage), is not on the PATH');
        });
        expect(stdout.trim().split('\n').sort()).toEqual(['/meta-data', '/network-config', '/user-data']);
      }
    });
  });
});
