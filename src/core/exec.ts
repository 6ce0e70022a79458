import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ExecaError, execa } from 'execa';
import { hasErrno } from './errors.ts';
import { buildChildEnv } from './exec-env.ts';
import { ExecError, type ExecFacts } from './exec-error.ts';
import { processReaper, type Reaper } from './reaper.ts';
import { SecretRegistry } from './secrets.ts';
import { TextTail } from './text-tail.ts';

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

const defaultKeepBytes = 64 * 1024 * 1024;

export function createExec(secrets: SecretRegistry = new SecretRegistry(), reaper: Reaper = processReaper): Exec {
  const start: Exec['start'] = (file, args, options) => startProcess(file, args, options, secrets, reaper);
  return { start, run: (file, args, options) => start(file, args, options).done };
}

interface Stop {
  reason: 'timeout' | 'abort' | 'stop' | undefined;
  end(reason: 'timeout' | 'abort' | 'stop'): void;
}

function startProcess(
  file: string,
  args: readonly string[],
  options: ExecOptions,
  secrets: SecretRegistry,
  reaper: Reaper,
): RunningProcess {
  const command = secrets.redact([file, ...args].map(quoteForPaste).join(' '));
  if (options.signal?.aborted) return refusedProcess(command);
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
    await output.closed;
    stopping.end('stop');
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
    return { ...facts, exitCode: facts.exitCode ?? 0 };
  }
}

function checkOutcome(
  file: string,
  facts: ExecFacts,
  reason: Stop['reason'],
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

/** Ends the group once, on the first reason; a group that does not go in time is killed. */
function createStop(pid: number, options: ExecOptions): Stop {
  const timer = setTimeout(() => end('timeout'), options.timeoutMs);
  const onAbort = () => end('abort');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let running = true;
  const stop: Stop = { reason: undefined, end };
  return stop;

  function end(reason: 'timeout' | 'abort' | 'stop'): void {
    if (!running) return;
    running = false;
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    if (!signalGroup(pid, options.stopSignal ?? 'SIGTERM')) return;
    stop.reason = reason;
    const grace = options.killGraceMs ?? 5000;
    const killAt = performance.now() + grace;
    const poll = setInterval(() => {
      if (performance.now() > killAt) signalGroup(pid, 'SIGKILL');
      if (!signalGroup(pid, 0)) clearInterval(poll);
    }, 50);
  }
}

/** False when the group is gone. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

interface Collected {
  stdout: TextTail;
  stderr: TextTail;
  closed: Promise<void>;
}

type ChildStreams = { stdout: NodeJS.ReadableStream | null; stderr: NodeJS.ReadableStream | null };

function collectStreams(child: ChildStreams, options: ExecOptions, secrets: SecretRegistry): Collected {
  const log =
    options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  const stdout = new TextTail(options.keepBytes ?? defaultKeepBytes);
  const stderr = new TextTail(options.keepBytes ?? defaultKeepBytes);
  const closed = Promise.all([
    collectLines(child.stdout, 'stdout', stdout, options, secrets, log),
    collectLines(child.stderr, 'stderr', stderr, options, secrets, log),
  ]).then(() => closeLog(log));
  return { stdout, stderr, closed };
}

async function collectLines(
  readable: NodeJS.ReadableStream | null,
  name: 'stdout' | 'stderr',
  tail: TextTail,
  options: ExecOptions,
  secrets: SecretRegistry,
  log: WriteStream | undefined,
): Promise<void> {
  if (readable === null) return;
  for await (const line of createInterface({ input: readable, crlfDelay: Number.POSITIVE_INFINITY })) {
    const clean = secrets.redact(line);
    tail.push(clean);
    log?.write(`${clean}\n`);
    options.onLine?.(clean, name);
  }
}

function closeLog(log: WriteStream | undefined): Promise<void> {
  return log === undefined ? Promise.resolve() : new Promise((resolve) => log.end(() => resolve()));
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

function quoteForPaste(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
