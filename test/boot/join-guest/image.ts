import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BuildResult } from '../../../src/flows/image-build/request.ts';
import { runHnfProcess } from '../../helpers/hnf-child.ts';

/** The image as `hnf image build` makes it; from the cache when another test of the tier built it before. */
export async function buildJoinImage(name: string): Promise<string> {
  const given = process.env[`HNF_TEST_DISK_${name.replaceAll('-', '_')}`];
  if (given !== undefined) return given;
  const out = mkdtempSync(join(tmpdir(), 'join-image-'));
  const args = ['image', 'build', name, '--json', '--format', 'raw', '-o', out];
  const run = await runHnfProcess(args, { cwd: out, temp: mkdtempSync('/tmp/hnf-join-') });
  expect(`${run.exitCode}: ${run.stderr}`).toMatch(/^0: /);
  return (JSON.parse(run.stdout) as BuildResult).artifacts[0]?.path ?? '';
}
