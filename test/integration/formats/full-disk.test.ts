import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { makeFolder, makeMixedDisk } from '../../formats/sample.ts';
import { needPrograms } from '../../helpers/need-tools.ts';

const exec = createExec();
const timeoutMs = 60_000;

/** A real file system that is full: a small tmpfs in a mount namespace of its own, which an ordinary user may make. */
describe('integration/formats/full-disk', () => {
  const inNamespace = (script: string, args: readonly string[]) =>
    exec.run('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', ...args], { timeoutMs });

  beforeEach(async (test) => {
    needPrograms(test, 'unshare', 'mount', 'sh');
    const works = await inNamespace('mount -t tmpfs none "$1"', [makeFolder()]).catch(() => undefined);
    if (works === undefined) test.skip('this machine does not let a user make mount namespaces');
  });

  it('says that space is low and leaves nothing', async () => {
    const rawPath = await makeMixedDisk(300);
    const script = 'mount -t tmpfs -o size=4m none "$1" && "$2" "$3" "$4" "$1/sample.ova" && ls -A "$1"';
    const child = join(import.meta.dirname, 'write-into.ts');
    const { stdout } = await inNamespace(script, [makeFolder(), process.execPath, child, rawPath]);
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual(['space.low']);
  });
});
