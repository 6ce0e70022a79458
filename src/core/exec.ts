import { existsSync } from 'node:fs';
import { type ExecaError, execa } from 'execa';
import { FactoryError, hasErrno } from './errors.ts';
import { buildChildEnv } from './exec-env.ts';
import { ExecError, type ExecFacts } from './exec-error.ts';
import { createStop, type Stop, type StopReason } from './exec-stop.ts';
import { type Collected, collectStreams } from './exec-streams.ts';
import { processReaper, type Reaper } from './reaper.ts';
import { SecretRegistry } from './secrets.ts';
import { shellCommand } from './shell-word.ts';

export interface ExecOptions {
  cwd?: string;
  /** Added to the allow-listed environment (exec-env.ts). The channel for secrets. */
  env?: Readonly<Record<string, string>>;
  /** Standard input; closed when absent. */
  input?: string | Uint8Array;
  /** The whole process group is ended after this long. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Exit codes that are no failure; default `[0]`. */
  accept?: readonly number[];
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Both streams are also appended here, redacted line by line. */
  logFile?: string;
  /** How the group is asked to end, and how long it may take until SIGKILL; defaults SIGTERM, 5000 ms. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  killGraceMs?: number;
  /** How much of each stream is kept in the result, in bytes; default 64 MiB, the end wins. */
  keepBytes?: number;
}

export interface ExecResult {
  /** The command as one could paste it, secrets masked. */
  command: string;
  exitCode: number;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** A program that runs until it ends or is stopped; `done` rejects like `Exec.run`. */
export interface RunningProcess {
  pid: number;
  done: Promise<ExecResult>;
  /** Ends the process group and waits; never rejects. */
  stop(): Promise<void>;
}

/** The one way to run a program: no shell, little environment, a deadline, its own process group. */
export interface Exec {
  /** @throws ExecError `exec.failed`, `exec.timeout`, `tool.missing` (no such program) or `interrupted`. */
  run(file: string, args: readonly string[], options: ExecOptions): Promise<ExecResult>;
  start(file: string, args: readonly string[], options: ExecOptions): RunningProcess;
}

export function createExec(secrets: SecretRegistry = new SecretRegistry(), reaper: Reaper = processReaper): Exec {
  const start: Exec['start'] = (file, args, options) => startProcess(file, args, options, secrets, reaper);
  return { start, run: (file, args, options) => start(file, args, options).done };
}

function startProcess(
  file: string,
  args: readonly string[],
  options: ExecOptions,
  secrets: SecretRegistry,
  reaper: Reaper,
): RunningProcess {
  const command = secrets.redact(shellCommand([file, ...args]));
  if (options.signal?.aborted) return refusedProcess(command);
  if (options.cwd !== undefined && !existsSync(options.cwd)) {
    throw new FactoryError('io.failed', `the folder '${options.cwd}' to run ${file} in does not exist`);
  }
  const startedAt = performance.now();
  const child = execa(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: buildChildEnv(process.env, options.env),
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    buffer: false,
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
  });
  const pid = child.pid ?? 0;
  if (pid > 0) reaper.addGroup(pid);
  const streams = collectStreams(child, options, secrets);
  const stop = createStop(pid, options);
  // What it leaves in its group holds its output open, and nobody would notice for ever.
  child.nodeChildProcess.once('exit', () => stop.end('stop'));
  const done = finish(child, stop, streams).finally(() => pid > 0 && reaper.dropGroup(pid));
  done.catch(() => {});
  return {
    pid,
    done,
    async stop() {
      stop.end('stop');
      await done.catch(() => {});
    },
  };

  async function finish(subprocess: typeof child, stopping: Stop, output: Collected): Promise<ExecResult> {
    const result = await subprocess;
    stopping.end('stop');
    await stopping.gone;
    const failed = await output.closed.then(
      () => undefined,
      (error: unknown) => error,
    );
    const facts: ExecFacts = {
      command,
      exitCode: result.exitCode,
      signalName: result.signal,
      timedOut: stopping.reason === 'timeout',
      stdout: output.stdout.text(),
      stderr: output.stderr.text(),
      seconds: (performance.now() - startedAt) / 1000,
    };
    checkOutcome(file, facts, stopping.reason, options, result as unknown as ExecaError);
    if (failed !== undefined) throw failed;
    return { ...facts, exitCode: facts.exitCode ?? 0 };
  }
}

function checkOutcome(
  file: string,
  facts: ExecFacts,
  reason: StopReason | undefined,
  options: ExecOptions,
  result: ExecaError,
): void {
  if (hasErrno(result, 'ENOENT') || hasErrno(result.cause, 'ENOENT') || hasErrno(result.cause, 'EACCES')) {
    throw new ExecError('tool.missing', facts, `'${file}' could not be started`, 'Run `hnf tools list`.', result.cause);
  }
  if (reason === 'timeout') {
    throw new ExecError('exec.timeout', facts, `stopped after its deadline of ${options.timeoutMs / 1000} s`);
  }
  if (reason === 'abort') throw new ExecError('interrupted', facts, 'interrupted');
  if (facts.exitCode !== undefined && (options.accept ?? [0]).includes(facts.exitCode)) return;
  const how = facts.signalName === undefined ? `exit code ${facts.exitCode}` : `ended by ${facts.signalName}`;
  throw new ExecError('exec.failed', facts, how, undefined, result.cause);
}

function refusedProcess(command: string): RunningProcess {
  const facts: ExecFacts = {
    command,
    exitCode: undefined,
    signalName: undefined,
    timedOut: false,
    stdout: '',
    stderr: '',
    seconds: 0,
  };
  const done = Promise.reject(new ExecError('interrupted', facts, 'interrupted before it started'));
  done.catch(() => {});
  return { pid: 0, done, stop: async () => {} };
}
