import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { Exec } from '../../core/exec.ts';
import { ExecError } from '../../core/exec-error.ts';
import { SingleFlight } from '../../core/single-flight.ts';
import { withTempDir } from '../../core/temp.ts';
import { findRemembered, findRunId, remember } from './accelerator-memory.ts';
import { buildProbeDisk, probeExitCode } from './probe-sector.ts';

export type Accelerator = 'kvm' | 'hvf' | 'tcg';
export type AcceleratorChoice = 'auto' | Accelerator;

export interface FoundAccelerator {
  accelerator: Accelerator;
  /** One plain line for people: why it is this one. */
  reason: string;
}

export interface AcceleratorRequest {
  exec: Exec;
  /** The QEMU program. */
  qemu: string;
  signal?: AbortSignal | undefined;
  /** What the user asked for; `auto` tries and falls back to TCG. */
  choice?: AcceleratorChoice;
  /** Folder for what was found out, so that the next process need not try again. */
  cacheDir?: string | undefined;
  /** How long the probe guest may take; it needs well under a second where the accelerator works. */
  limitMs?: number;
  /** Default: this machine's. */
  platform?: NodeJS.Platform;
}

const defaultLimitMs = 5000;
const probes = new SingleFlight<FoundAccelerator>();
const known = new Map<string, FoundAccelerator>();

/**
 * Which accelerator runs a guest here: tried with a guest of one sector, not guessed from /dev/kvm. Remembered in this process, and
 * in `cacheDir` until the machine boots again or QEMU changes.
 * @throws FactoryError `service.missing` when `kvm` or `hvf` was asked for and does not run a guest; `tool.missing` without QEMU.
 */
export async function probeAccelerator(request: AcceleratorRequest): Promise<FoundAccelerator> {
  const choice = request.choice ?? 'auto';
  if (choice === 'tcg') return { accelerator: 'tcg', reason: 'TCG was asked for: slow, runs everywhere' };
  const native = nativeAccelerator(request.platform ?? process.platform);
  const wanted = choice === 'auto' ? native : choice;
  if (wanted === undefined) {
    return { accelerator: 'tcg', reason: 'no hardware acceleration is known for this platform, using TCG (slow)' };
  }
  const runId = await findRunId(request);
  const key = `${request.qemu} ${wanted} ${runId}`;
  const found = known.get(key) ?? (await probes.run(key, () => probe(wanted, runId, request)));
  known.set(key, found);
  if (choice === 'auto' || found.accelerator === choice) return found;
  throw new FactoryError('service.missing', `'${choice}' was asked for and cannot be used: ${found.reason}`, {
    hint: 'Use --accelerator auto (or tcg: slow, runs everywhere).',
  });
}

function nativeAccelerator(platform: NodeJS.Platform): 'kvm' | 'hvf' | undefined {
  if (platform === 'linux') return 'kvm';
  return platform === 'darwin' ? 'hvf' : undefined;
}

async function probe(wanted: 'kvm' | 'hvf', runId: string, request: AcceleratorRequest): Promise<FoundAccelerator> {
  const remembered = await findRemembered(request.cacheDir, runId, wanted);
  if (remembered !== undefined) return remembered;
  const failure = await tryGuest(wanted, request);
  const name = wanted.toUpperCase();
  const found: FoundAccelerator =
    failure === undefined
      ? { accelerator: wanted, reason: `${name} runs a guest on this machine` }
      : { accelerator: 'tcg', reason: `${name} does not work here (${failure}), using TCG (slow)` };
  await remember(request.cacheDir, runId, wanted, found);
  return found;
}

/** Why the probe guest did not run to its end, in a few words; undefined when it did. */
async function tryGuest(wanted: 'kvm' | 'hvf', request: AcceleratorRequest): Promise<string | undefined> {
  if (wanted === 'kvm' && !existsSync('/dev/kvm')) return 'there is no /dev/kvm';
  const limitMs = request.limitMs ?? defaultLimitMs;
  return withTempDir('hnf-probe', async (folder) => {
    const disk = join(folder, 'probe.raw');
    await writeFile(disk, buildProbeDisk());
    try {
      await request.exec.run(request.qemu, buildProbeArgs(wanted, disk), {
        timeoutMs: limitMs,
        signal: request.signal,
        accept: [probeExitCode],
        killGraceMs: 500,
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof ExecError) || error.code === 'interrupted' || error.code === 'tool.missing') throw error;
      if (error.timedOut) return `a guest of one sector did not end within ${limitMs / 1000} s`;
      return firstLine(error.stderr) ?? `QEMU ended with exit code ${error.exitCode}`;
    }
  });
}

/** Arguments of the probe guest; `-cpu host` because that is what the real machine will ask for. */
export function buildProbeArgs(accelerator: Accelerator, disk: string): string[] {
  return [
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-machine', 'q35', '-m', '64'],
    ...['-accel', accelerator, '-cpu', accelerator === 'tcg' ? 'max' : 'host'],
    ...['-drive', `if=none,id=probe,format=raw,file=${disk.replaceAll(',', ',,')}`],
    ...['-device', 'ide-hd,drive=probe,bootindex=0', '-device', 'isa-debug-exit,iobase=0x501,iosize=1'],
  ];
}

function firstLine(text: string): string | undefined {
  const line = text.split('\n').find((candidate) => /\S/.test(candidate) && !/warning:/i.test(candidate));
  return line?.replace(/^\S*qemu\S*: /, '').trim();
}
