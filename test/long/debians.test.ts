import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { BuildResult } from '../../src/flows/image-build/request.ts';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { needTools } from '../helpers/need-tools.ts';

describe('long/debians', () => {
  beforeEach((context) => needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap').then(() => {}));

  it.each(['debian11-lab', 'debian13-lab'])('builds and verifies %s by the same code', async (image) => {
    const cwd = mkdtempSync(join(tmpdir(), 'debians-'));
    const args = ['image', 'build', image, '--format', 'qcow2,ova', '-o', 'out', '--json'];
    const run = await runHnfProcess(args, { cwd, temp: mkdtempSync('/tmp/hnf-debians-') });
    expect(`${run.exitCode} ${run.stderr}`).toMatch(/^0 /);
    const result = JSON.parse(run.stdout) as BuildResult;
    expect(result.verify.failed).toBe(0);
    expect(result.artifacts.map((artifact) => artifact.format).sort()).toEqual(['ova', 'qcow2']);
  });
});
