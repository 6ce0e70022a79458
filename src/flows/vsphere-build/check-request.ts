import { FactoryError } from '../../core/errors.ts';
import type { VsphereBuildRequest, VsphereTarget } from './request.ts';

/** A target whose indispensable parts are there. */
export interface CompleteTarget extends VsphereTarget {
  datastore: string;
  network: string;
}

/**
 * For whoever calls this from a program; what a command line lacks has been told by catalog/build-needs.ts. Pure.
 * @throws FactoryError `input.invalid`
 */
export function checkRequest(request: VsphereBuildRequest): CompleteTarget {
  const { spec, target } = request;
  if (spec.builder === 'qemu') throw new FactoryError('internal', `'${spec.name}' is not built on a vCenter`);
  checkReachable(request);
  const { server, user, password, datastore, network } = target;
  const missing = Object.entries({ server, user, password, datastore, network }).filter(([, value]) => !value);
  if (missing.length === 0 && datastore !== undefined && network !== undefined)
    return { ...target, datastore, network };
  const names = missing.map(([name]) => name).join(', ');
  throw new FactoryError('input.invalid', `building '${spec.name}' with ${spec.builder} needs ${names}`, {
    hint: 'Set VSPHERE_SERVER, VSPHERE_USER, VSPHERE_PASSWORD, VSPHERE_DATASTORE and VSPHERE_NETWORK.',
  });
}

/** What hnf serves to a guest under QEMU on loopback is out of reach for a machine on a vCenter. */
function checkReachable({ spec, packerVariables }: VsphereBuildRequest): void {
  if (spec.nodeadm.artifacts.kind === 'mirror' && !packerVariables['mirror_url']) {
    const message = `the artifact mirror of this machine cannot be reached from a vCenter, and nodeadm.artifacts is 'mirror'`;
    throw new FactoryError('input.invalid', message, {
      hint: "Use nodeadm.artifacts: 'aws', or set PKR_VAR_mirror_url to a mirror the guest can reach.",
    });
  }
  const archives = spec.profile.preload.filter(({ from }) => from.kind === 'archive');
  if (archives.length > 0 && !packerVariables['preload_directory']) {
    const message = `${archives.length} container images are to be preloaded from archives, whose folder is not known`;
    throw new FactoryError('input.invalid', message, {
      hint: 'Set PKR_VAR_preload_directory to a folder with them, each named by its SHA-256 and .tar.',
    });
  }
}

/** The template a clone starts from. Pure. */
export function findTemplateName({ spec, target }: Pick<VsphereBuildRequest, 'spec' | 'target'>): string | undefined {
  return (spec.source.kind === 'cloudImage' ? spec.source.template : null) ?? target.template;
}
