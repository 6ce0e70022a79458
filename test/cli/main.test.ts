import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../src/core/exec.ts';

const program = resolve(import.meta.dirname, '../../bin/hnf.js');
const text = `#cloud-config\n${'a: line of it\n'.repeat(100)}`;

/** Decodes a payload into the file `out`, by a shell that does `before` first. */
async function decodeInto(before: string) {
  const cwd = mkdtempSync(join(tmpdir(), 'main-'));
  writeFileSync(join(cwd, 'payload'), text);
  const script = `${before} exec "$0" "$1" userdata decode payload >>out`;
  const options = { cwd, timeoutMs: 60_000, accept: [0, 1] };
  const { exitCode, stderr } = await createExec().run('sh', ['-c', script, process.execPath, program], options);
  return { exitCode, stderr, out: readFileSync(join(cwd, 'out'), 'utf8') };
}

describe('cli/main', () => {
  it('writes its result into a file, behind what is there', async () => {
    expect(await decodeInto('echo before >out;')).toEqual({ exitCode: 0, stderr: '', out: `before\n${text}` });
  });

  it('says so when only a part of its result could be written', async () => {
    // The first write ends where the limit is, as it does on a disk that fills up.
    const { exitCode, stderr, out } = await decodeInto('ulimit -f 1;');
    expect(`${exitCode} ${stderr}`).toMatch(/^1 error: the output cannot be written: EFBIG/);
    expect(out.length).toBeLessThan(text.length);
  });
});
