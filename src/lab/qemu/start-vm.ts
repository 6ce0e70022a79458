import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningProcess } from '../../core/exec.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { withTempDir } from '../../core/temp.ts';
import { buildQemuArgs } from './args.ts';
import { type LabContext, qemuProgram } from './lab-context.ts';
import { checkSocketPath, connectQmp, isNotListening, maxSocketPathBytes, type Qmp } from './qmp.ts';
import { createRunningVm, type RunningVm } from './running-vm.ts';
import { runFiles, type VmSpec } from './vm-spec.ts';

export interface StartContext extends LabContext {
  /** What the serial console says, as it comes. */
  onSerial?: (text: string) => void;
}

const connectPollMs = 50;
const connectTimeoutMs = 30_000;
const lastWordsMs = 3000;

/**
 * Starts QEMU and gives the machine once its control channel answers. The caller stops it.
 * @throws ExecError `tool.missing`, or `exec.failed` with QEMU's words when it refuses the machine
 */
export async function startVm(spec: VmSpec, ctx: StartContext): Promise<RunningVm> {
  const files = runFiles(spec.runDir);
  checkSocketPath(files.qmp);
  if (spec.firmware.kind === 'uefi') await copyFile(spec.firmware.varsTemplate, files.efiVars);
  const startedAt = ctx.clock.now();
  const process = ctx.exec.start(qemuProgram(ctx), [...buildQemuArgs(spec), '-S'], {
    timeoutMs: spec.lifetimeMs,
    signal: ctx.signal,
    killGraceMs: 2000,
    keepBytes: 64 * 1024,
  });
  try {
    // Started stopped (-S): a guest that ends at once does not end before the control channel is there.
    const qmp = await connectToStarted(process, files.qmp, ctx);
    await qmp.execute('cont');
    const { clock, signal, onSerial } = ctx;
    return createRunningVm({ spec, process, qmp, clock, signal, startedAt, onSerial });
  } catch (error) {
    await process.stop();
    throw error;
  }
}

/** Runs `use` with a folder for a machine's files: short enough for a socket, gone afterwards. */
export async function withRunDir<T>(ctx: LabContext, use: (runDir: string) => Promise<T>): Promise<T> {
  return withTempDir('hnf-vm', use, runParent(ctx.tempParent));
}

/** The folder that gets the folders of machines, and with them their overlays. */
export function runParent(parent = tmpdir()): string {
  const longest = Buffer.byteLength(runFiles(join(parent, 'hnf-vm-XXXXXX')).qmp);
  return longest <= maxSocketPathBytes ? parent : '/tmp';
}

/** Starts a machine, runs `use` and ends the machine, whatever happens. */
export async function withVm<T>(spec: VmSpec, ctx: StartContext, use: (vm: RunningVm) => Promise<T>): Promise<T> {
  const vm = await startVm(spec, ctx);
  try {
    return await use(vm);
  } finally {
    await vm.stop();
  }
}

async function connectToStarted(process: RunningProcess, path: string, ctx: LabContext): Promise<Qmp> {
  let ended = false;
  const end = process.done.finally(() => {
    ended = true;
  });
  end.catch(() => {});
  const deadline = ctx.clock.now() + connectTimeoutMs;
  for (;;) {
    try {
      return await connectQmp(path);
    } catch (error) {
      // A QEMU that refuses its machine may close the connection first and end a moment later: its own words say more.
      if (!isNotListening(error)) await Promise.race([process.done, ctx.clock.sleep(lastWordsMs, ctx.signal)]);
      if (ended) await process.done;
      if (!isNotListening(error) || ctx.clock.now() >= deadline) throw error;
    }
    checkInterrupted(ctx.signal);
    await ctx.clock.sleep(connectPollMs, ctx.signal);
  }
}
