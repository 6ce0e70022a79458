import { z } from 'zod';
import type { Govc } from './govc.ts';

const Device = z.object({ capacityInKB: z.number().optional() });

/** Only what is used of `govc vm.info -json`; vCenters add to it. */
const VmInfo = z.object({
  virtualMachines: z
    .array(
      z.object({
        self: z.object({ type: z.string(), value: z.string() }),
        name: z.string(),
        config: z.object({
          template: z.boolean(),
          firmware: z.string().optional(),
          version: z.string(),
          guestId: z.string(),
          annotation: z.string().nullish(),
          extraConfig: z.array(z.object({ key: z.string(), value: z.unknown() })).nullish(),
          hardware: z.object({
            numCPU: z.number(),
            memoryMB: z.number(),
            device: z.array(Device).nullish(),
          }),
        }),
        runtime: z.object({ powerState: z.string() }),
      }),
    )
    .nullish(),
});

/** A machine or template in a vCenter. */
export interface Machine {
  /** `VirtualMachine:vm-42`, which every govc command takes. */
  reference: string;
  name: string;
  isTemplate: boolean;
  isOn: boolean;
  firmware: 'bios' | 'uefi';
  /** The N of vmx-N. */
  hardwareVersion: number;
  guestOsType: string;
  cpus: number;
  memoryMiB: number;
  /** Notes; ours end in the build's mark. */
  annotation: string;
  extraConfig: Readonly<Record<string, string>>;
  /** Of each disk, in order. */
  diskBytes: readonly number[];
}

/** Undefined when there is none: govc ends well and prints null. `path`: inventory path, or a reference. */
export async function findMachine(govc: Govc, path: string): Promise<Machine | undefined> {
  const { virtualMachines } = VmInfo.parse(JSON.parse(await govc.run(['vm.info', '-json', path])));
  const found = virtualMachines?.[0];
  if (found === undefined) return undefined;
  const { config } = found;
  return {
    reference: `${found.self.type}:${found.self.value}`,
    name: found.name,
    isTemplate: config.template,
    isOn: found.runtime.powerState === 'poweredOn',
    firmware: config.firmware === 'efi' ? 'uefi' : 'bios',
    hardwareVersion: Number(config.version.replace(/^vmx-/, '')),
    guestOsType: config.guestId,
    cpus: config.hardware.numCPU,
    memoryMiB: config.hardware.memoryMB,
    annotation: config.annotation ?? '',
    extraConfig: Object.fromEntries((config.extraConfig ?? []).map(({ key, value }) => [key, String(value)])),
    diskBytes: (config.hardware.device ?? []).flatMap(({ capacityInKB }) =>
      capacityInKB === undefined ? [] : [capacityInKB * 1024],
    ),
  };
}

/** Hard: powers it off and deletes it with its disks. */
export async function destroyMachine(govc: Govc, reference: string): Promise<void> {
  await govc.run(['vm.destroy', reference], { timeoutMs: 10 * 60_000 });
}

/** Inventory paths of every machine and template, for "did you mean". */
export async function listMachines(govc: Govc, root: string): Promise<string[]> {
  const output = await govc.run(['find', root, '-type', 'm'], { timeoutMs: 5 * 60_000 });
  return output.split('\n').filter((line) => line !== '');
}
