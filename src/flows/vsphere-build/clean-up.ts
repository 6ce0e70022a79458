import type { Log } from '../../core/log.ts';
import { listDatastore, removeDatastoreFile } from '../../vsphere/datastore.ts';
import { type Govc, type GovcWorld, withGovc } from '../../vsphere/govc.ts';
import { destroyMachine, findMachine } from '../../vsphere/machines.ts';
import { machinePath, type Place } from './place.ts';
import type { VsphereTarget } from './request.ts';
import type { UploadLog } from './uploads.ts';

export interface CleanUpJob {
  target: VsphereTarget;
  place: Place;
  vmName: string;
  /** In the notes of the build's machine: nothing else is touched. */
  mark: string;
  uploads: UploadLog;
}

/** The plugin's own name for it; our templates set no other. */
const uploadFolder = 'packer_cache';
/** For what is left to do after an interrupt, too. */
const cleanUpTimeoutMs = 5 * 60_000;

/**
 * After a build that failed or was stopped: Packer removes its machine and its CDs itself, unless it was hurt on the way. This looks
 * again and removes what carries the build's mark. Never throws: the reason why the build failed is what a person has to see.
 */
export async function cleanUpFailure(job: CleanUpJob, world: Omit<GovcWorld, 'signal'>, log: Log): Promise<void> {
  const signal = AbortSignal.timeout(cleanUpTimeoutMs);
  try {
    await withGovc(job.target, { ...world, signal }, async (govc) => {
      await removeUploads(govc, job.place, job.uploads);
      await removeMachine(govc, job, log);
    });
  } catch (error) {
    const path = machinePath(job.place, job.vmName);
    log.warn(`could not look for leftovers on the vCenter; look for '${path}' and packer_cache/packer*.iso`, { error });
  }
}

async function removeMachine(govc: Govc, job: CleanUpJob, log: Log): Promise<void> {
  const machine = await findMachine(govc, machinePath(job.place, job.vmName));
  if (machine === undefined || !machine.annotation.includes(job.mark)) return;
  log.warn(`removing '${machine.name}', which the build left behind`);
  await destroyMachine(govc, machine.reference);
}

/** vsphere-clone has no setting for it, and a Packer that is hurt does not come to it. */
export async function removeUploads(govc: Govc, place: Place, uploads: UploadLog): Promise<void> {
  if (uploads.uploads.length === 0) return;
  const at = { datacenter: place.datacenter.path, datastore: place.datastore.path };
  const files = (await listDatastore(govc, at, uploadFolder)).map(({ path }) => path);
  for (const path of uploads.leftovers(files)) await removeDatastoreFile(govc, at, path);
}
