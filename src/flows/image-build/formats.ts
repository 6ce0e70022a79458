import { constants, copyFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DiskFormat, ImageSpec } from '../../catalog/image-spec.ts';
import type { EventArtifact } from '../../core/events.ts';
import { sha256File } from '../../core/hash.ts';
import { checkOva } from '../../formats/check-ova.ts';
import { parseQemuMap } from '../../formats/data-extents.ts';
import type { OvfMachine } from '../../formats/ovf-machine.ts';
import { writeOva } from '../../formats/write-ova.ts';
import type { BuildTools } from './build-tools.ts';
import { checkSameContent, runCompress } from './convert.ts';
import type { Identities } from './identities.ts';
import { outputStem } from './output-files.ts';
import type { PhaseHandle } from './phase-log.ts';
import type { BuildContext } from './request.ts';

export interface FormatJob {
  spec: ImageSpec;
  identities: Identities;
  /** The sealed disk. */
  raw: string;
  /** Where the files are made; they get their final place when they are verified. */
  folder: string;
  tools: BuildTools;
  context: BuildContext;
  handle: PhaseHandle;
}

/** Times inside the OVA: fixed, so that equal disks give equal bytes. 2026-01-01. */
const memberTime = 1_767_225_600;

/** Writes one format and reads it back. Equal input gives equal bytes. */
export async function writeFormat(format: DiskFormat, job: FormatJob): Promise<EventArtifact> {
  const path = join(job.folder, `${outputStem(job.spec)}.${format}`);
  job.handle.progress(`writing ${basename(path)}`);
  const sha256 = await writers[format](path, job);
  return { format, path, bytes: (await stat(path)).size, sha256 };
}

const writers = { raw: writeRaw, qcow2: writeQcow2, ova: writeCheckedOva } satisfies Record<
  DiskFormat,
  (path: string, job: FormatJob) => Promise<string>
>;

/** A copy with the holes kept; shared blocks where the file system can. */
async function writeRaw(path: string, { raw, tools, context }: FormatJob): Promise<string> {
  const shared = await copyFile(raw, path, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
  if (!shared) {
    const args = ['convert', '-f', 'raw', '-O', 'raw', raw, path];
    await context.exec.run(tools.qemuImg, args, { timeoutMs: 60 * 60 * 1000, signal: context.signal });
  }
  return sha256File(path, context.signal);
}

async function writeQcow2(path: string, { raw, tools, context }: FormatJob): Promise<string> {
  await runCompress(tools.qemuImg, raw, path, context);
  await checkSameContent(tools.qemuImg, { file: raw, format: 'raw' }, { file: path, format: 'qcow2' }, context);
  return sha256File(path, context.signal);
}

async function writeCheckedOva(path: string, job: FormatJob): Promise<string> {
  const { context, tools, raw, handle } = job;
  const map = await context.exec.run(tools.qemuImg, ['map', '--output=json', '-f', 'raw', raw], {
    timeoutMs: 10 * 60 * 1000,
    signal: context.signal,
  });
  const written = await writeOva({
    machine: ovfMachine(job.spec, job.identities),
    rawPath: raw,
    ovaPath: path,
    mtimeSeconds: memberTime,
    extents: parseQemuMap(map.stdout),
    signal: context.signal,
    onProgress: ({ phase, doneBytes, totalBytes }) =>
      handle.progress(`OVA: ${phase} ${Math.round((100 * doneBytes) / Math.max(1, totalBytes))} %`),
  });
  await checkOva(path, { signal: context.signal });
  return written.sha256;
}

function ovfMachine(spec: ImageSpec, identities: Identities): OvfMachine {
  const { hardwareVersion, firmware, cpus, memoryMiB, guestOsType } = spec.hardware;
  return {
    name: outputStem(spec),
    hardwareVersion,
    firmware,
    cpus,
    memoryMiB,
    guestOsType,
    product: {
      name: `${spec.name} for EKS Hybrid Nodes`,
      vendor: 'hybrid-node-factory',
      version: spec.kubernetes,
      fullVersion: `${spec.kubernetes}+${identities.image.slice(0, 12)}`,
    },
    annotation: `${spec.name}, Kubernetes ${spec.kubernetes}, nodeadm ${spec.nodeadm.version}, image ${identities.image}`,
  };
}
