import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { EventArtifact } from '../../core/events.ts';
import { checkOva } from '../../formats/check-ova.ts';
import { parseOvaManifest } from '../../formats/ova-manifest.ts';
import type { OvfMachine } from '../../formats/ovf-machine.ts';
import { packOva } from '../../formats/pack-ova.ts';
import type { Machine } from '../../vsphere/machines.ts';
import { outputStem } from '../image-build/output-files.ts';

export interface ExportJob {
  spec: ImageSpec;
  identity: string;
  /** What Packer exported: `.ovf`, `.mf` and one `.vmdk`. */
  folder: string;
  /** vsphere-clone: the template, whose firmware and hardware version the machine has kept. */
  template: Machine | undefined;
  ovaPath: string;
  signal: AbortSignal;
}

/** Times inside the OVA: fixed, so that equal disks give equal bytes. 2026-01-01. */
const memberTime = 1_767_225_600;

/**
 * Makes the OVA out of an export and reads it back.
 * @throws FactoryError `build.failed` when the export is not what was asked for, `verify.failed` when a byte of it is not
 */
export async function exportOva(job: ExportJob): Promise<EventArtifact> {
  const disk = await findExportedDisk(job.folder);
  const machine = ovfMachine(job.spec, job.identity, job.template);
  const options = { machine, ovaPath: job.ovaPath, mtimeSeconds: memberTime, signal: job.signal };
  const { bytes, sha256 } = await packOva({ ...options, vmdkPath: disk.path, vmdkSha256: disk.sha256 });
  await checkOva(job.ovaPath, { vmdkBy: 'others', signal: job.signal });
  return { format: 'ova', path: job.ovaPath, bytes, sha256 };
}

async function findExportedDisk(folder: string): Promise<{ path: string; sha256: string }> {
  const names = await readdir(folder);
  const disks = names.filter((name) => name.endsWith('.vmdk'));
  const [disk] = disks;
  const manifest = names.find((name) => name.endsWith('.mf'));
  if (disk === undefined || disks.length > 1 || manifest === undefined) {
    throw new FactoryError(
      'build.failed',
      `the export is ${names.join(', ') || 'empty'}; expected one disk and a manifest`,
      {
        hint: 'An image has one disk: look at what the template or the installer made.',
      },
    );
  }
  const digests = parseOvaManifest(await readFile(join(folder, manifest), 'utf8'));
  const sha256 = digests?.get(basename(disk));
  if (sha256 !== undefined) return { path: join(folder, disk), sha256 };
  throw new FactoryError(
    'build.failed',
    `the manifest '${manifest}' of the export does not name '${disk}' with a SHA-256`,
  );
}

/** A clone keeps what its template has; a machine that was installed has what the catalog says. Pure. */
export function ovfMachine(spec: ImageSpec, identity: string, template: Machine | undefined): OvfMachine {
  const { hardware } = spec;
  return {
    name: outputStem(spec),
    hardwareVersion:
      template === undefined ? hardware.hardwareVersion : Math.min(22, Math.max(13, template.hardwareVersion)),
    firmware: template?.firmware ?? spec.build.firmware,
    cpus: hardware.cpus,
    memoryMiB: hardware.memoryMiB,
    guestOsType: template?.guestOsType ?? hardware.guestOsType,
    product: {
      name: `${spec.name} for EKS Hybrid Nodes`,
      vendor: 'hybrid-node-factory',
      version: spec.kubernetes,
      fullVersion: `${spec.kubernetes}+${identity.slice(0, 12)}`,
    },
    annotation: `${spec.name}, Kubernetes ${spec.kubernetes}, nodeadm ${spec.nodeadm.version}, image ${identity}`,
  };
}
