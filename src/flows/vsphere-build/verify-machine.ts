import { z } from 'zod';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { GiB } from '../../core/sizes.ts';
import type { Govc } from '../../vsphere/govc.ts';
import type { Machine } from '../../vsphere/machines.ts';
import type { VerifyCheck } from '../image-build/request.ts';

const Devices = z.object({ devices: z.array(z.object({ type: z.string() })) });

/** Types of a machine's devices as the API calls them. */
export async function readDeviceTypes(govc: Govc, machine: Machine): Promise<string[]> {
  const output = await govc.run(['device.info', '-json', '-vm', machine.reference]);
  return Devices.parse(JSON.parse(output)).devices.map(({ type }) => type);
}

/** Whether the finished template asks for the hardware the image is meant for, and has nothing of the build in it. Pure. */
export function judgeMachine(spec: ImageSpec, machine: Machine, deviceTypes: readonly string[]): VerifyCheck[] {
  const has = (type: string) => deviceTypes.includes(type);
  const iso = spec.builder === 'vsphere-iso';
  const rows: (readonly [string, string, string])[] = [
    [
      'template',
      'a template that is off',
      machine.isTemplate && !machine.isOn ? 'a template that is off' : 'a machine',
    ],
    ['processors', String(spec.hardware.cpus), String(machine.cpus)],
    ['memory', `${spec.hardware.memoryMiB} MiB`, `${machine.memoryMiB} MiB`],
    ['disk', `${spec.disk.sizeGiB} GiB`, machine.diskBytes.map((bytes) => `${bytes / GiB} GiB`).join(', ')],
    ['network card', 'VirtualVmxnet3', deviceTypes.find((type) => /^Virtual(Vmxnet|E1000|PCNet)/.test(type)) ?? 'none'],
    ['no CD drive', 'none', has('VirtualCdrom') ? 'VirtualCdrom' : 'none'],
    ['disk.EnableUUID', 'TRUE', machine.extraConfig['disk.EnableUUID'] ?? 'unset'],
    ['no guestinfo', 'none', Object.keys(machine.extraConfig).filter(isPayload).join(', ') || 'none'],
  ];
  if (iso) {
    rows.push(
      ['firmware', spec.build.firmware, machine.firmware],
      ['hardware version', `vmx-${spec.hardware.hardwareVersion}`, `vmx-${machine.hardwareVersion}`],
      ['guest type', spec.hardware.guestOsType, machine.guestOsType],
      [
        'disk controller',
        'ParaVirtualSCSIController',
        has('ParaVirtualSCSIController') ? 'ParaVirtualSCSIController' : 'another',
      ],
    );
  }
  // A clone keeps the card of its template; what it is does not decide whether the image works.
  const judged = iso ? rows : rows.filter(([id]) => id !== 'network card');
  return judged.map(([id, expected, saw]) => ({
    artifact: machine.name,
    id,
    status: expected === saw ? 'pass' : 'fail',
    expected,
    saw,
  }));
}

/** Keys that cloud-init would read in every clone. */
function isPayload(key: string): boolean {
  return /^guestinfo\.(userdata|metadata|vendordata)/.test(key);
}
