import { randomBytes } from 'node:crypto';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { Machine } from '../../vsphere/machines.ts';
import { outputStem } from '../image-build/output-files.ts';

/** Name of the machine and then of the template: `<image>-<version>`, as the files here. Pure. */
export function machineName(spec: ImageSpec): string {
  return outputStem(spec);
}

/** What stands in the notes of one build's machine and of no other. */
export function createMark(): string {
  return `hnf-build ${randomBytes(8).toString('hex')}`;
}

/** Notes of the machine: what the image is, and which build made it. Pure. */
export function machineNotes(spec: ImageSpec, identity: string, mark: string): string {
  const what = `${spec.name}, Kubernetes ${spec.kubernetes}, nodeadm ${spec.nodeadm.version}`;
  return `${what}, image ${identity}, ${mark}`;
}

/** Whether a template is exactly this image. Pure. */
export function isImage(machine: Machine, identity: string): boolean {
  return machine.isTemplate && machine.annotation.includes(`image ${identity}`);
}
