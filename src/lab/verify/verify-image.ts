import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Firmware } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { packageRoot } from '../../core/package-root.ts';
import { GiB } from '../../core/sizes.ts';
import type { Accelerator } from '../qemu/accelerator.ts';
import { type ArtifactBoot, prepareArtifactVm } from '../qemu/artifact-vm.ts';
import type { HardwareName } from '../qemu/hardware.ts';
import { plugReadOnlyDisk } from '../qemu/plug-disk.ts';
import type { RunningVm } from '../qemu/running-vm.ts';
import { type StartContext, withRunDir, withVm } from '../qemu/start-vm.ts';
import type { DiskSource } from '../qemu/vm-spec.ts';
import { judgeFacts } from './checks.ts';
import { keepEvidence } from './evidence.ts';
import type { VerifyExpectations } from './expectations.ts';
import { type GuestReport, parseGuestReport } from './guest-report.ts';
import type { VerifyReport } from './report.ts';
import { buildVerifySeed } from './seed.ts';

export interface VerifyRequest {
  disk: DiskSource;
  /** How the report calls it; default the file's name. */
  artifact?: string;
  hardware: HardwareName;
  firmware: Firmware;
  accelerator: Accelerator;
  expectations: VerifyExpectations;
  /** For the whole boot. */
  deadlineMs: number;
  cpus?: number;
  memoryMiB?: number;
  /** Where the serial log and a screenshot go when the guest does not report. */
  keepDir?: string | undefined;
}

const growBytes = GiB;

/**
 * Boots a throw-away overlay of a sealed disk and has the guest look at itself and at the artifact as it is. Checks that fail are in
 * the report, not thrown.
 * @throws FactoryError `verify.failed` when the guest does not come up or its report is damaged, with the cause if it is a known one
 */
export async function verifyImage(request: VerifyRequest, ctx: StartContext): Promise<VerifyReport> {
  const nonce = randomUUID().replaceAll('-', '').slice(0, 16);
  const diskSerial = `hnf${nonce}`;
  const script = await readFile(join(packageRoot(), 'templates/verify/check.sh'), 'utf8');
  const waitSeconds = Math.round((request.deadlineMs / 1000) * 0.7);
  const boot: ArtifactBoot = {
    disk: request.disk,
    hardware: request.hardware,
    firmware: request.firmware,
    accelerator: request.accelerator,
    cpus: request.cpus ?? 2,
    memoryMiB: request.memoryMiB ?? 1536,
    growBytes,
    seed: buildVerifySeed({ script, nonce, diskSerial, waitSeconds }),
    network: { network: 'isolated' },
    reportPort: true,
    hotplugBus: true,
    lifetimeMs: request.deadlineMs + 60_000,
  };
  return withRunDir(ctx, async (runDir) => {
    const { spec, diskBytes } = await prepareArtifactVm(boot, runDir, ctx);
    return withVm(spec, ctx, async (vm) => {
      const report = await keepEvidence(vm, request.keepDir, () => runChecks(vm, request, nonce, diskSerial));
      const { hardware, firmware } = request;
      return {
        artifact: request.artifact ?? nameOf(request.disk.file),
        hardware,
        firmware,
        accelerator: request.accelerator,
        seconds: vm.seconds(),
        checks: judgeFacts(report.facts, request.expectations, { hardware, firmware, diskBytes }),
      };
    });
  });
}

/** Start, plug the artifact in when the guest is ready for it, wait for the end marker. */
async function runChecks(
  vm: RunningVm,
  request: VerifyRequest,
  nonce: string,
  diskSerial: string,
): Promise<GuestReport> {
  const left = () => Math.max(1000, request.deadlineMs - vm.seconds() * 1000);
  await waitForReady(vm, nonce, left());
  await plugReadOnlyDisk(vm, request.disk, diskSerial);
  return vm.waitForReport(
    (text) => {
      const report = parseGuestReport(text, nonce);
      return report.complete ? report : undefined;
    },
    { timeoutMs: left(), what: 'finish its report' },
  );
}

async function waitForReady(vm: RunningVm, nonce: string, timeoutMs: number): Promise<void> {
  const waiting = { timeoutMs, what: 'start the check script' };
  try {
    await vm.waitForReport((text) => (parseGuestReport(text, nonce).facts.has('ready') ? true : undefined), waiting);
  } catch (error) {
    const isUp = /\blogin:/.test(vm.serialText());
    if (!(error instanceof FactoryError) || error.code !== 'verify.failed' || !isUp) throw error;
    throw new FactoryError('verify.failed', `the guest came up, but ${error.message}`, {
      hint:
        'cloud-init did not take the seed: is it enabled, is NoCloud in datasource_list, is a ds= left on the kernel command line, ' +
        'does the kernel have a driver for the CD drive?',
      cause: error,
      details: error.details,
    });
  }
}

function nameOf(file: string): string {
  if (!file.startsWith('json:')) return basename(file);
  const names = [...file.matchAll(/"filename":"((?:[^"\\]|\\.)*)"/g)].map((match) => basename(match[1] ?? ''));
  return names.at(-1) ?? file;
}
