import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../../src/core/exec.ts';

const exec = createExec();

export interface NodeadmChecker {
  /** What `nodeadm config check` says to a file with this content; no message when it accepts it. */
  check(content: Uint8Array): Promise<{ accepts: boolean; message: string }>;
  stop(): Promise<void>;
}

/**
 * The real `nodeadm config check`. It opens a connection to systemd before it looks at anything and never uses it; a message bus of our own
 * (`dbus-daemon`) is enough, so that a machine without systemd judges as well.
 */
export async function startNodeadm(nodeadm: string): Promise<NodeadmChecker> {
  const folder = await mkdtemp(join(tmpdir(), 'nodeadm-'));
  const address = `unix:path=${join(folder, 'bus')}`;
  const ready = Promise.withResolvers<void>();
  const bus = exec.start('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${address}`], {
    timeoutMs: 20 * 60_000,
    onLine: (line) => (line.startsWith('unix:') ? ready.resolve() : undefined),
  });
  bus.done.catch(ready.reject);
  await ready.promise;
  let count = 0;
  return {
    check: async (content) => {
      count += 1;
      const file = join(folder, `${count}.yaml`);
      await writeFile(file, content, { mode: 0o600 });
      const { exitCode, stderr } = await exec.run(nodeadm, ['config', 'check', '-c', `file://${file}`], {
        env: { DBUS_SYSTEM_BUS_ADDRESS: address, HOME: folder },
        timeoutMs: 30_000,
        accept: [0, 1],
      });
      return { accepts: exitCode === 0, message: lastError(stderr) };
    },
    stop: bus.stop,
  };
}

/** The error of its last log line; of a crash what it printed. */
function lastError(stderr: string): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  try {
    return (JSON.parse(last) as { error?: string }).error ?? '';
  } catch {
    return stderr;
  }
}
