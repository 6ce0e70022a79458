import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

const program = resolve(import.meta.dirname, '../../bin/hnf.js');

export interface HnfChild {
  pid: number;
  /** Everything on stdout so far. */
  stdout(): string;
  /** Everything on stderr so far. */
  stderr(): string;
  /** Resolves when stderr matches; rejects when hnf ends before it does. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  done: Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
}

/** Starts hnf as its own process, as a person does; its temporary files go to `temp`. */
export function startHnf(
  args: readonly string[],
  options: { cwd: string; temp: string; env?: Record<string, string> },
): HnfChild {
  let stdout = '';
  let stderr = '';
  let ended = false;
  const child = execa(process.execPath, [program, ...args], {
    cwd: options.cwd,
    env: { TMPDIR: options.temp, ...options.env },
    buffer: false,
    reject: false,
    // Otherwise execa ends it by SIGKILL five seconds after a SIGTERM.
    forceKillAfterDelay: false,
    stdin: 'ignore',
  });
  child.stdout.on('data', (data) => {
    stdout += String(data);
  });
  child.stderr.on('data', (data) => {
    stderr += String(data);
  });
  const done = child.then(({ exitCode }) => {
    ended = true;
    return { exitCode, stdout, stderr };
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    done,
    async waitFor(pattern, timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      while (!pattern.test(stderr)) {
        if (ended || Date.now() > deadline)
          throw new Error(`hnf never said ${pattern}; it said:\n${stderr.slice(-4000)}`);
        await new Promise((wake) => setTimeout(wake, 100));
      }
    },
  };
}

/** Runs hnf to its end. */
export function runHnfProcess(
  args: readonly string[],
  options: { cwd: string; temp: string; env?: Record<string, string> },
): HnfChild['done'] {
  return startHnf(args, options).done;
}

/** Command lines of processes that belong to a run: their environment or command line mentions its folder for temporary files. */
export function processesOf(temp: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const read = (name: string) => {
      try {
        return readFileSync(join('/proc', pid, name), 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    };
    const command = read('cmdline');
    if (command !== '' && `${command} ${read('environ')}`.includes(temp)) found.push(`${pid} ${command}`);
  }
  return found;
}

/** Waits until a run has left no process. */
export async function waitNoProcesses(temp: string, timeoutMs: number): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = processesOf(temp);
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((wake) => setTimeout(wake, 200));
  }
}
