import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Firmware } from '../../catalog/image-spec.ts';
import type { Accelerator } from './accelerator.ts';
import { chooseFirmware } from './firmware.ts';
import { type HardwareName, hardware } from './hardware.ts';
import type { LabContext } from './lab-context.ts';
import { createOverlay, readVirtualSize } from './overlay.ts';
import type { DiskSource, VmNic, VmSpec } from './vm-spec.ts';

/** A boot of an artifact that leaves the artifact as it is. */
export interface ArtifactBoot {
  disk: DiskSource;
  hardware: HardwareName;
  firmware: Firmware;
  accelerator: Accelerator;
  cpus: number;
  memoryMiB: number;
  /** How much larger than the artifact the machine's disk is. */
  growBytes: number;
  /** Content of the seed CD; none when absent. */
  seed?: Uint8Array | undefined;
  network: Pick<VmNic, 'network' | 'forwards'>;
  reportPort?: boolean;
  hotplugBus?: boolean;
  lifetimeMs: number;
}

/**
 * Makes the overlay and the seed in `runDir`, and the machine that uses them.
 * @throws FactoryError `tool.missing` for UEFI without its firmware, ExecError when qemu-img cannot open the disk
 */
export async function prepareArtifactVm(
  boot: ArtifactBoot,
  runDir: string,
  ctx: LabContext,
): Promise<{ spec: VmSpec; diskBytes: number }> {
  const kind = hardware[boot.hardware];
  const firmware = chooseFirmware(boot.firmware, ctx.programs?.ovmf);
  const diskBytes = (await readVirtualSize(boot.disk, ctx)) + boot.growBytes;
  const overlay = join(runDir, 'overlay.qcow2');
  const seed = join(runDir, 'seed.iso');
  await createOverlay(boot.disk, overlay, diskBytes, ctx);
  if (boot.seed !== undefined) await writeFile(seed, boot.seed, { mode: 0o600 });
  const spec: VmSpec = {
    name: 'hnf-boot',
    accelerator: boot.accelerator,
    cpus: boot.cpus,
    memoryMiB: boot.memoryMiB,
    firmware,
    disks: [{ id: 'root', file: overlay, format: 'qcow2', interface: kind.disk, bootIndex: 0 }],
    nics: [{ id: 'net0', model: kind.nic, ...boot.network }],
    cdroms: boot.seed === undefined ? [] : [seed],
    runDir,
    reportPort: boot.reportPort ?? false,
    hotplugBus: boot.hotplugBus ?? false,
    ...(kind.smbios === undefined ? {} : { smbios: kind.smbios }),
    lifetimeMs: boot.lifetimeMs,
  };
  return { spec, diskBytes };
}
