import type { Clock } from '../../core/clock.ts';
import { FactoryError, messageOf } from '../../core/errors.ts';
import type { ExecResult, RunningProcess } from '../../core/exec.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { findFatalFailure } from '../verify/known-failures.ts';
import { FileFollower } from './file-follower.ts';
import { guestError } from './guest-error.ts';
import type { Qmp } from './qmp.ts';
import { takeScreenshot } from './screenshot.ts';
import { runFiles, type VmSpec } from './vm-spec.ts';

export interface Waiting {
  timeoutMs: number;
  /** What is waited for, as the end of the sentence "the guest did not …". */
  what: string;
}

/** A machine that runs until the guest powers off or somebody stops it. */
export interface RunningVm {
  readonly pid: number;
  readonly spec: VmSpec;
  readonly qmp: Qmp;
  /** Seconds since QEMU was started. */
  seconds(): number;
  /** Everything on the serial console so far. */
  serialText(): string;
  /** Everything on the report port so far. */
  reportText(): string;
  /** Each waits with a deadline. @throws FactoryError `verify.failed` with the last serial lines, `interrupted` */
  waitForText(pattern: string | RegExp, waiting: Waiting): Promise<void>;
  waitForReport<T>(find: (text: string) => T | undefined, waiting: Waiting): Promise<T>;
  waitUntil<T>(probe: () => Promise<T | undefined>, waiting: Waiting): Promise<T>;
  waitForExit(waiting: Waiting): Promise<void>;
  /** Writes a picture of the screen; gives its path, undefined when QEMU cannot. */
  findScreenshot(pathWithoutExtension: string): Promise<string | undefined>;
  /** Ends QEMU at once and waits; never rejects. */
  stop(): Promise<void>;
}

export interface RunningParts {
  spec: VmSpec;
  process: RunningProcess;
  qmp: Qmp;
  clock: Clock;
  signal: AbortSignal | undefined;
  startedAt: number;
  onSerial?: ((text: string) => void) | undefined;
}

const pollMs = 150;

export function createRunningVm(parts: RunningParts): RunningVm {
  const { spec, process, qmp, clock } = parts;
  const files = runFiles(spec.runDir);
  const serial = new FileFollower(files.serial);
  const report = new FileFollower(files.report);
  const end = watchEnd(process);

  return {
    pid: process.pid,
    spec,
    qmp,
    seconds: () => (clock.now() - parts.startedAt) / 1000,
    serialText: () => serial.text,
    reportText: () => report.text,
    waitForText: (pattern, waiting) =>
      waitUntil(async () => (matches(serial.text, pattern) ? true : undefined), waiting).then(() => {}),
    waitForReport: (find, waiting) => waitUntil(async () => find(report.text), waiting),
    waitUntil,
    waitForExit,
    findScreenshot: (path) => takeScreenshot(qmp, path),
    stop,
  };

  async function waitUntil<T>(probe: () => Promise<T | undefined>, waiting: Waiting): Promise<T> {
    const deadline = clock.now() + waiting.timeoutMs;
    for (;;) {
      const ended = end.ended;
      const added = await readBoth();
      const value = await probe();
      if (value !== undefined) return value;
      if (ended) await throwEnded(waiting);
      if (added) checkFatal(waiting);
      if (clock.now() >= deadline) throw guestError(`${late(waiting)} ${waiting.what}`, serial.text);
      await pause();
    }
  }

  async function waitForExit(waiting: Waiting): Promise<void> {
    const deadline = clock.now() + waiting.timeoutMs;
    while (!end.ended) {
      if (await readBoth()) checkFatal(waiting);
      if (clock.now() >= deadline) throw guestError(`${late(waiting)} ${waiting.what}`, serial.text);
      await pause();
    }
    await readBoth();
    if (end.error !== undefined) throw end.error;
  }

  async function readBoth(): Promise<boolean> {
    const added = await serial.read();
    if (added !== '') parts.onSerial?.(added);
    await report.read();
    return added !== '';
  }

  async function throwEnded(waiting: Waiting): Promise<never> {
    if (end.error !== undefined) throw end.error;
    throw guestError(
      `the guest powered off or restarted after ${elapsed()} s and did not ${waiting.what}`,
      serial.text,
    );
  }

  function checkFatal(waiting: Waiting): void {
    const failure = findFatalFailure(serial.text);
    if (failure !== undefined) throw guestError(`the guest cannot ${waiting.what}`, serial.text, failure);
  }

  async function pause(): Promise<void> {
    checkInterrupted(parts.signal);
    await clock.sleep(pollMs, parts.signal);
  }

  async function stop(): Promise<void> {
    await qmp.execute('quit', undefined, 2000).catch(() => {});
    qmp.close();
    await process.stop();
    await readBoth().catch(() => {});
    await Promise.all([serial.close(), report.close()]);
  }

  function late(waiting: Waiting): string {
    return `after ${Math.round(waiting.timeoutMs / 1000)} s the guest did not`;
  }

  function elapsed(): number {
    return Math.round((clock.now() - parts.startedAt) / 1000);
  }
}

interface ProcessEnd {
  ended: boolean;
  result?: ExecResult;
  error?: FactoryError;
}

function watchEnd(process: RunningProcess): ProcessEnd {
  const end: ProcessEnd = { ended: false };
  process.done.then(
    (result) => Object.assign(end, { ended: true, result }),
    (cause: unknown) => {
      const error =
        cause instanceof FactoryError ? cause : new FactoryError('exec.failed', messageOf(cause), { cause });
      Object.assign(end, { ended: true, error });
    },
  );
  return end;
}

function matches(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
