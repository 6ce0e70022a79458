import { randomUUID } from 'node:crypto';
import type { Firmware } from '../../catalog/image-spec.ts';
import { buildNoCloudIso } from '../seed/nocloud.ts';
import { keepEvidence } from '../verify/evidence.ts';
import { lastLines } from '../verify/known-failures.ts';
import type { Accelerator } from './accelerator.ts';
import { prepareArtifactVm } from './artifact-vm.ts';
import { type BootCondition, waitForCondition } from './boot-condition.ts';
import { findDiskSource } from './disk-source.ts';
import type { HardwareName } from './hardware.ts';
import { type StartContext, withRunDir, withVm } from './start-vm.ts';

export interface BootRequest {
  /** A .qcow2, .raw, .vmdk or .ova file; only read. */
  artifact: string;
  hardware: HardwareName;
  firmware: Firmware;
  accelerator: Accelerator;
  /** Content of cloud-init's user data; without it there is no seed at all. */
  userData?: string | undefined;
  until: BootCondition;
  timeoutMs: number;
  /** Default `isolated`: the guest reaches nothing. `open` gives it this machine's network by NAT. */
  network?: 'isolated' | 'open';
  cpus?: number;
  memoryMiB?: number;
  /** Where the serial log and a screenshot go when the condition is not met. */
  keepDir?: string | undefined;
}

export interface BootResult {
  artifact: string;
  hardware: HardwareName;
  firmware: Firmware;
  accelerator: Accelerator;
  /** From starting QEMU until the condition was met. */
  seconds: number;
  /** What met the condition: the SSH banner, the text. */
  saw: string;
  /** The last lines of the serial console. */
  serialTail: readonly string[];
}

const shownLines = 20;

/**
 * Boots a throw-away overlay of an artifact until a condition is met, then ends the machine.
 * @throws FactoryError `verify.failed` when it is not met in time, with the cause if it is a known one; `input.invalid` for a file
 *   that is no disk
 */
export async function bootImage(request: BootRequest, ctx: StartContext): Promise<BootResult> {
  const disk = await findDiskSource(request.artifact);
  const { artifact, hardware, firmware, accelerator, timeoutMs } = request;
  const boot = {
    ...{ disk, hardware, firmware, accelerator },
    cpus: request.cpus ?? 2,
    memoryMiB: request.memoryMiB ?? 1536,
    growBytes: 0,
    seed: request.userData === undefined ? undefined : buildSeed(request.userData),
    network: { network: request.network ?? ('isolated' as const) },
    lifetimeMs: timeoutMs + 60_000,
  };
  return withRunDir(ctx, async (runDir) => {
    const { spec } = await prepareArtifactVm(boot, runDir, ctx);
    return withVm(spec, ctx, async (vm) => {
      const saw = await keepEvidence(vm, request.keepDir, () => waitForCondition(vm, request.until, timeoutMs));
      const serialTail = lastLines(vm.serialText(), shownLines);
      return { artifact, hardware, firmware, accelerator, seconds: vm.seconds(), saw, serialTail };
    });
  });
}

function buildSeed(userData: string): Uint8Array {
  return buildNoCloudIso({ instanceId: `hnf-boot-${randomUUID()}`, hostname: 'hnf-boot', userData });
}
