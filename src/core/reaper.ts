import type { Writable } from 'node:stream';
import { execa } from 'execa';

/**
 * What even `kill -9` of hnf must not leave behind. A tiny shell waits on a pipe that only hnf holds; when the pipe closes, the
 * process groups still listed are ended and the temporary paths still listed are removed. In an orderly exit both lists are empty.
 */
const script = `
trap '' INT TERM HUP
groups=' '
while IFS=' ' read -r verb arg; do
  case $verb in
    group) groups="$groups$arg " ;;
    nogroup) case $groups in *" $arg "*) groups="\${groups%% $arg *} \${groups#* $arg }" ;; esac ;;
    path) set -- "$@" "$arg" ;;
    nopath) for p; do shift; [ "$p" = "$arg" ] || set -- "$@" "$p"; done ;;
  esac
done
for g in $groups; do kill -TERM -"$g" 2>/dev/null; done
tries=0
for g in $groups; do
  while kill -0 -"$g" 2>/dev/null && [ $tries -lt 150 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL -"$g" 2>/dev/null
done
for p in "$@"; do chmod -R u+rwX "$p" 2>/dev/null; rm -rf -- "$p"; done
`;

export class Reaper {
  #shell: ReaperShell | undefined;

  /** The shell's; it is started if it does not run yet. 0 when it could not be started. */
  get pid(): number {
    return this.#start().pid;
  }

  addGroup(pid: number): void {
    void this.#send(`group ${pid}`);
  }

  dropGroup(pid: number): void {
    void this.#send(`nogroup ${pid}`);
  }

  /** A path that must not outlive hnf; it need not exist any more when the reaper comes to it. */
  addPath(path: string): void {
    void this.#send(`path ${path}`);
  }

  /** Settles when the reaper has been told; to be waited for where another process may give the path a new meaning. Never rejects. */
  dropPath(path: string): Promise<void> {
    return this.#send(`nopath ${path}`);
  }

  #start(): ReaperShell {
    this.#shell ??= startReaper();
    return this.#shell;
  }

  #send(line: string): Promise<void> {
    const { pipe } = this.#start();
    return new Promise((resolve) => pipe.write(`${line}\n`, () => resolve()));
  }
}

interface ReaperShell {
  pid: number;
  pipe: Writable;
}

/** The shared reaper of this process. */
export const processReaper: Reaper = new Reaper();

function startReaper(): ReaperShell {
  const child = execa('/bin/sh', ['-c', script], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    extendEnv: false,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  });
  child.nodeChildProcess.unref();
  const pipe = child.stdin;
  pipe.on('error', () => {});
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return { pid: child.pid ?? 0, pipe };
}
