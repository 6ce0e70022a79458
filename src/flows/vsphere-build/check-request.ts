import { FactoryError } from '../../core/errors.ts';
import type { VsphereBuildRequest, VsphereTarget } from './request.ts';

/** A target whose indispensable parts are there. */
export interface CompleteTarget extends VsphereTarget {
  datastore: string;
  network: string;
}

/** For whoever calls this from a program; a command line has been looked through by catalog/build-needs.ts. Pure. */
export function checkRequest({ spec, target }: VsphereBuildRequest): CompleteTarget {
  if (spec.builder === 'qemu') throw new FactoryError('internal', `'${spec.name}' is not built on a vCenter`);
  const { server, user, password, datastore, network } = target;
  const missing = Object.entries({ server, user, password, datastore, network }).filter(([, value]) => !value);
  if (missing.length === 0 && datastore !== undefined && network !== undefined)
    return { ...target, datastore, network };
  const names = missing.map(([name]) => name).join(', ');
  throw new FactoryError('input.invalid', `building '${spec.name}' with ${spec.builder} needs ${names}`, {
    hint: 'Set VSPHERE_SERVER, VSPHERE_USER, VSPHERE_PASSWORD, VSPHERE_DATASTORE and VSPHERE_NETWORK.',
  });
}

/** The template a clone starts from. Pure. */
export function findTemplateName({ spec, target }: Pick<VsphereBuildRequest, 'spec' | 'target'>): string | undefined {
  return (spec.source.kind === 'cloudImage' ? spec.source.template : null) ?? target.template;
}

/** `[datastore] path` or `Library/item/file.iso`; anything with a scheme or a leading `/` or `.` is elsewhere. Pure. */
export function isOnVcenter(url: string): boolean {
  return !/^([A-Za-z][A-Za-z0-9+.-]*:\/\/|\.{0,2}\/)/.test(url);
}
