import { FactoryError } from '../core/errors.ts';

export interface OvfProduct {
  name: string;
  vendor: string;
  /** Short, e.g. `1.34.2`. */
  version: string;
  /** Unambiguous, e.g. the image identity. */
  fullVersion: string;
}

/** The machine an OVA asks for. */
export interface OvfMachine {
  /** Name of the machine; the members are `<name>.ovf`, `<name>.mf` and `<name>-disk1.vmdk`. */
  name: string;
  /** The N of vmx-N, 13 to 22. */
  hardwareVersion: number;
  firmware: 'bios' | 'uefi';
  cpus: number;
  /** A multiple of 4. */
  memoryMiB: number;
  /** `debian12_64Guest`, `ubuntu64Guest`, `rhel9_64Guest` … */
  guestOsType: string;
  product: OvfProduct;
  /** Shown as the machine's notes. */
  annotation: string;
}

export const ovfDiskId = 'vmdisk1';
export const ovfNetworkName = 'VM Network';

/** @throws FactoryError `input.invalid` naming everything that is wrong. */
export function checkMachine(machine: OvfMachine): void {
  const wrong = [
    ...fault(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(machine.name),
      `name '${machine.name}': letters, digits, '.', '_', '-'`,
    ),
    ...fault(isWithin(machine.hardwareVersion, 13, 22), `hardware version ${machine.hardwareVersion}: 13 to 22`),
    ...fault(isWithin(machine.cpus, 1, 768), `${machine.cpus} CPUs: 1 to 768`),
    ...fault(
      isWithin(machine.memoryMiB, 4, 25_165_824) && machine.memoryMiB % 4 === 0,
      `memory ${machine.memoryMiB} MiB: a multiple of 4`,
    ),
    ...fault(
      /^\w+Guest$/.test(machine.guestOsType) || machine.guestOsType === 'otherGuest64',
      `guest type '${machine.guestOsType}': as in debian12_64Guest`,
    ),
  ];
  if (wrong.length === 0) return;
  throw new FactoryError('input.invalid', `an OVA cannot ask for this machine: ${wrong.join('; ')}`, {
    details: wrong,
  });
}

function fault(isRight: boolean, text: string): string[] {
  return isRight ? [] : [text];
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
