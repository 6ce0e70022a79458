import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DiskFormat, Firmware, ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { EventArtifact } from '../../core/events.ts';
import { findText, writeFileAtomic } from '../../core/files.ts';
import { sha256 } from '../../core/hash.ts';
import { packageRoot } from '../../core/package-root.ts';
import { planDatasources } from '../../lab/base/suites.ts';
import { findDiskSource } from '../../lab/qemu/disk-source.ts';
import type { HardwareName } from '../../lab/qemu/hardware.ts';
import { runParent } from '../../lab/qemu/start-vm.ts';
import type { VerifyExpectations } from '../../lab/verify/expectations.ts';
import { lastLines } from '../../lab/verify/known-failures.ts';
import type { VerifyReport } from '../../lab/verify/report.ts';
import { verifyImage } from '../../lab/verify/verify-image.ts';
import type { PackerPhase } from '../../packer/phases.ts';
import type { Identities } from './identities.ts';
import type { LayerInputs } from './layer-inputs.ts';
import { machineOf } from './machine-of.ts';
import type { PhaseHandle } from './phase-log.ts';
import { withWatchdog } from './watchdog.ts';

export interface VerifyJob extends LayerInputs {
  handle: PhaseHandle;
}

export interface VerifyOutcome {
  reports: VerifyReport[];
  /** False when every artifact had been verified before, byte for byte. */
  started: boolean;
}

/** Emulated guests need minutes; a guest that needs this long hangs. */
const deadlineMs = 40 * 60 * 1000;
/** Says so itself before that. */
const verifying: PackerPhase = { name: 'booting the image to verify it', limitMinutes: deadlineMs / 60_000 + 10 };

/** Boots each artifact, two at a time. What was verified before, byte for byte and with the same expectations, is not booted again. */
export async function verifyArtifacts(artifacts: readonly EventArtifact[], job: VerifyJob): Promise<VerifyOutcome> {
  const outcome: VerifyOutcome = { reports: [], started: false };
  for (let start = 0; start < artifacts.length; start += 2) {
    for (const { report, started } of await verifyTogether(artifacts.slice(start, start + 2), job)) {
      outcome.reports.push(report);
      outcome.started ||= started;
    }
  }
  return outcome;
}

/** Overlays grow in the folder for temporary files: on a full disk QEMU stops the guest, which would look as if it hung. */
function verifyTogether(artifacts: readonly EventArtifact[], job: VerifyJob): Promise<Verified[]> {
  const { context, logFolder } = job;
  return withWatchdog({ signal: context.signal, folders: [runParent(), logFolder] }, (watch) => {
    watch.enter(verifying);
    return bootTogether(artifacts, { ...job, context: { ...context, signal: watch.signal } });
  });
}

/** When one machine cannot be judged the others are ended too, and all are gone before the error is told. */
async function bootTogether(artifacts: readonly EventArtifact[], job: VerifyJob): Promise<Verified[]> {
  const failed = new AbortController();
  const signal = AbortSignal.any([job.context.signal, failed.signal]);
  const together = { ...job, context: { ...job.context, signal } };
  let reason: unknown;
  const settled = await Promise.allSettled(
    artifacts.map(async (artifact) => {
      try {
        return await verifyArtifact(artifact, together);
      } catch (error) {
        reason ??= error;
        failed.abort();
        throw error;
      }
    }),
  );
  if (reason !== undefined) throw reason;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** @throws FactoryError `verify.failed` with every failed check, what was expected and what was seen; the whole report is in `file`. */
export async function checkReports(reports: readonly VerifyReport[], file: string): Promise<void> {
  const failed = reports.flatMap((report) =>
    report.checks
      .filter((check) => check.status === 'fail')
      .map((check) => `${report.artifact}: ${check.id}: saw ${check.saw}, expected ${check.expected}`),
  );
  if (failed.length === 0) return;
  await writeFileAtomic(file, `${JSON.stringify(reports, null, 2)}\n`);
  throw new FactoryError('verify.failed', `${failed.length} checks of the built image failed; it was not published`, {
    details: [...failed, `whole report: ${file}`],
    hint: 'Nothing was written to the output folder. If the cause is mended outside hnf, build again with --no-cache.',
  });
}

/** With other questions an old answer does not count. */
async function checksIdentity(): Promise<string> {
  return sha256(await readFile(join(packageRoot(), 'templates/verify/check.sh')));
}

/** A damaged note is none. */
function parseReport(text: string | undefined): VerifyReport | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as VerifyReport);
  } catch {
    return undefined;
  }
}

interface Verified {
  report: VerifyReport;
  started: boolean;
}

async function verifyArtifact(artifact: EventArtifact, job: VerifyJob): Promise<Verified> {
  const machine = machineOf(artifact.format as DiskFormat, job.request.spec);
  const expectations = expectationsOf(job.request.spec, job.identities);
  const { toolVersion } = job.request;
  const checks = await checksIdentity();
  const firmware = machine.firmware === 'uefi' ? [job.tools.ovmf?.version ?? 'unknown'] : [];
  const key = sha256(JSON.stringify([artifact.sha256, machine, expectations, toolVersion, checks, ...firmware]));
  const note = join(job.store.root, 'verified', `${key}.json`);
  const known = job.request.useCache ? await findText(note) : undefined;
  const report = parseReport(known);
  if (report !== undefined) return { report, started: false };
  const fresh = await bootAndCheck(artifact, machine, expectations, job);
  if (fresh.checks.every((check) => check.status !== 'fail')) await writeFileAtomic(note, JSON.stringify(fresh));
  return { report: fresh, started: true };
}

async function bootAndCheck(
  artifact: EventArtifact,
  machine: { hardware: HardwareName; firmware: Firmware },
  expectations: VerifyExpectations,
  job: VerifyJob,
): Promise<VerifyReport> {
  const { context, handle, tools } = job;
  const name = basename(artifact.path);
  handle.progress(`booting ${name} on ${machine.hardware} hardware, ${machine.firmware}`);
  const { file, format } = await findDiskSource(artifact.path);
  const report = await verifyImage(
    {
      disk: { file, format },
      artifact: name,
      ...machine,
      accelerator: tools.accelerator.accelerator,
      expectations,
      deadlineMs,
      keepDir: join(job.logFolder, artifact.format),
    },
    {
      ...context,
      programs: { qemu: tools.qemu, qemuImg: tools.qemuImg, ovmf: tools.ovmf?.path },
      onSerial: (text) => {
        const [line] = lastLines(text, 1);
        if (line !== undefined) handle.progress(`${artifact.format}: ${line}`);
      },
    },
  );
  handle.progress(`${name} answered after ${Math.round(report.seconds)} s`);
  return report;
}

export function expectationsOf(spec: ImageSpec, identities: Identities): VerifyExpectations {
  return {
    kubernetes: spec.kubernetes,
    nodeadm: spec.nodeadm.version,
    provider: spec.provider,
    containerdSource: spec.nodeadm.containerdSource,
    identity: identities.node,
    datasourceList:
      spec.source.kind === 'bootstrap'
        ? planDatasources(spec.source.suite)
        : ['NoCloud', 'ConfigDrive', 'VMware', 'OVF', 'None'],
    ...(spec.disk.partitions === undefined ? {} : { partitions: spec.disk.partitions }),
  };
}
