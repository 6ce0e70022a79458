import type { Clock } from '../../core/clock.ts';
import type { RunningProcess } from '../../core/exec.ts';
import { GuestOutput } from './guest-output.ts';
import { type Waiting, waitForEnd, waitForGuest } from './guest-wait.ts';
import { watchEnd } from './process-end.ts';
import type { Qmp } from './qmp.ts';
import { takeScreenshot } from './screenshot.ts';
import { runFiles, type VmSpec } from './vm-spec.ts';

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

export function createRunningVm(parts: RunningParts): RunningVm {
  const { spec, process, qmp, clock, signal, startedAt } = parts;
  const output = new GuestOutput(runFiles(spec.runDir), parts.onSerial);
  const watched = { output, end: watchEnd(process), clock, signal, startedAt };
  return {
    pid: process.pid,
    spec,
    qmp,
    seconds: () => (clock.now() - startedAt) / 1000,
    serialText: () => output.serialText,
    reportText: () => output.reportText,
    async waitForText(pattern, waiting) {
      await waitForGuest(watched, async () => matches(output.serialText, pattern) || undefined, waiting);
    },
    waitForReport: (find, waiting) => waitForGuest(watched, async () => find(output.reportText), waiting),
    waitUntil: (probe, waiting) => waitForGuest(watched, probe, waiting),
    waitForExit: (waiting) => waitForEnd(watched, waiting),
    findScreenshot: (path) => takeScreenshot(qmp, path),
    async stop() {
      await qmp.execute('quit', undefined, 2000).catch(() => {});
      qmp.close();
      await process.stop();
      await output.read().catch(() => {});
      await output.close();
    },
  };
}

function matches(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
