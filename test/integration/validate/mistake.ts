import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import type { JudgeName } from '../../../src/flows/image-validate/types.ts';

/** A mistake that somebody could make in a rendered folder, and who has to notice. */
export interface Mistake {
  what: string;
  /** Name of the cell's golden folder. */
  cell: string;
  file: string;
  /** Text → text; one that changes nothing fails the test. */
  change: (text: string) => string;
  /** Each of these has to catch it. */
  caughtBy: readonly JudgeName[];
  /** In what one of them says. */
  says: RegExp;
  spec?: (spec: ImageSpec) => ImageSpec;
}

export const cells = {
  ubuntu24: 'ubuntu24-amd64-iso-qemu-ssm',
  ubuntu20: 'ubuntu20-amd64-iso-qemu-ssm',
  ubuntuOnVsphere: 'ubuntu24-amd64-iso-vsphere-iso-ssm',
  cloud: 'ubuntu22-amd64-cloud-image-qemu-ssm',
  rhel8: 'rhel8-amd64-iso-qemu-ssm',
  rhel9: 'rhel9-amd64-iso-qemu-ssm',
  debian: 'debian12-netinst-amd64-iso-qemu-iam-ra',
  lab: 'debian12-lab-amd64-bootstrap-qemu-iam-ra',
} as const;

export function replace(from: string | RegExp, to: string): (text: string) => string {
  return (text) => text.replace(from, () => to);
}

export function append(more: string): (text: string) => string {
  return (text) => `${text.trimEnd()}\n${more}\n`;
}

type Row = readonly [
  what: string,
  change: (text: string) => string,
  caughtBy: readonly JudgeName[] | JudgeName,
  says: RegExp,
];

export function rows(cell: string, file: string, list: readonly Row[]): Mistake[] {
  return list.map(([what, change, by, says]) => ({
    what,
    cell,
    file,
    change,
    caughtBy: typeof by === 'string' ? [by] : by,
    says,
  }));
}
