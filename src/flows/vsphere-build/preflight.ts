import { access, constants } from 'node:fs/promises';
import { suggestion } from '../../config/did-you-mean.ts';
import { FactoryError } from '../../core/errors.ts';
import { makeFolder } from '../../core/files.ts';
import { ioError } from '../../core/io-error.ts';
import { GiB, MiB } from '../../core/sizes.ts';
import { checkSpace } from '../../core/space.ts';
import { checkPrivileges, findMissingPrivileges } from '../../vsphere/check-privileges.ts';
import type { Govc } from '../../vsphere/govc.ts';
import type { InventoryItem } from '../../vsphere/inventory.ts';
import { findMachine, listMachines, type Machine } from '../../vsphere/machines.ts';
import { type BuildNeed, neededPrivileges } from '../../vsphere/privileges.ts';
import { type CompleteTarget, findTemplateName } from './check-request.ts';
import { checkIso } from './find-iso.ts';
import { findPlace, machinePath, type Place } from './place.ts';
import type { VsphereBuildRequest } from './request.ts';

/** What the vCenter said before anything was changed. */
export interface Survey {
  place: Place;
  /** vsphere-clone: what is cloned. */
  template: Machine | undefined;
  /** What has the name of the result already. */
  existing: Machine | undefined;
  /** The installer on the datastore was cut off. */
  uploadAgain: boolean;
}

/** Room for the exported disk and the OVA, which is the same disk again; a rough figure of sealed images. */
const exportNeedsBytes = 6 * GiB;

/** @throws FactoryError `io.failed` or `space.low` */
export async function checkOutput(request: VsphereBuildRequest): Promise<void> {
  try {
    await makeFolder(request.outputFolder);
    await access(request.outputFolder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw ioError(error, request.outputFolder);
  }
  const needed = request.formats.includes('ova') ? exportNeedsBytes : 64 * MiB;
  await checkSpace(request.outputFolder, needed, 'building an image');
}

/**
 * Looks everything up that the build will use, and whether the account may do what it will do. Only reads.
 * @throws FactoryError `input.not-found`, `input.invalid`
 */
export async function survey(
  govc: Govc,
  request: VsphereBuildRequest,
  target: CompleteTarget,
  name: string,
  signal: AbortSignal,
): Promise<Survey> {
  const place = await findPlace(govc, target);
  const template = await findTemplate(govc, place, request);
  const existing = await findMachine(govc, machinePath(place, name));
  const { source } = request.spec;
  const uploadAgain = source.kind === 'iso' ? await checkIso(govc, place, source, signal) : false;
  if (target.contentLibrary !== undefined) await checkLibrary(govc, target.contentLibrary);
  await checkRights(govc, request, target, place, template);
  return { place, template, existing, uploadAgain };
}

async function findTemplate(govc: Govc, place: Place, request: VsphereBuildRequest): Promise<Machine | undefined> {
  if (request.spec.builder !== 'vsphere-clone') return undefined;
  const name = findTemplateName(request) ?? '';
  const root = `${place.datacenter.path}/vm`;
  const paths = await listMachines(govc, root);
  const meant = paths.filter((path) => path === name || path.endsWith(`/${name.replace(/^\/+/, '')}`));
  const [path] = meant;
  if (path === undefined || meant.length > 1) throw templateError(name, meant, paths, root);
  const machine = await findMachine(govc, path);
  if (machine === undefined) throw templateError(name, [], paths, root);
  const [diskBytes = 0] = machine.diskBytes;
  const wanted = request.spec.disk.sizeGiB * GiB;
  if (machine.isOn) {
    throw new FactoryError('input.invalid', `the template '${path}' is running`, {
      hint: 'Power it off, or name another.',
    });
  }
  if (diskBytes > wanted) {
    const message = `the template's disk has ${diskBytes / GiB} GiB, the image's ${request.spec.disk.sizeGiB}: a disk cannot shrink`;
    throw new FactoryError('input.invalid', message, {
      hint: `Set disk.sizeGiB to ${Math.ceil(diskBytes / GiB)} or more.`,
    });
  }
  return { ...machine, name: path };
}

function templateError(name: string, meant: readonly string[], paths: readonly string[], root: string): FactoryError {
  if (meant.length > 1) {
    const message = `template '${name}' is ambiguous: ${meant.join(', ')}`;
    return new FactoryError('input.invalid', message, { hint: 'Give the whole inventory path.' });
  }
  const names = name.startsWith('/') ? paths : paths.map((path) => path.slice(root.length + 1));
  return new FactoryError('input.not-found', `there is no template '${name}'${suggestion(name, names)}`, {
    hint: 'Import the vendor’s cloud image once, e.g. with govc import.ova, and name it with VSPHERE_TEMPLATE.',
  });
}

async function checkLibrary(govc: Govc, name: string): Promise<void> {
  const names = (await govc.run(['library.ls'])).split('\n').map((line) => line.replace(/^\//, ''));
  if (names.includes(name)) return;
  const known = names.filter((line) => line !== '');
  throw new FactoryError('input.not-found', `there is no content library '${name}'${suggestion(name, known)}`, {
    hint: known.length === 0 ? 'The account sees no content library.' : `The account sees: ${known.join(', ')}.`,
  });
}

async function checkRights(
  govc: Govc,
  request: VsphereBuildRequest,
  target: CompleteTarget,
  place: Place,
  template: Machine | undefined,
): Promise<void> {
  const library = target.contentLibrary !== undefined;
  const needs: BuildNeed[] = [
    ...(request.formats.includes('ova') ? (['export'] as const) : []),
    ...(request.formats.includes('vsphere') ? ([library ? 'library' : 'template'] as const) : []),
  ];
  const targets = {
    folder: place.folder,
    'resource pool': place.resourcePool,
    datastore: place.datastore,
    network: place.network,
    ...(template === undefined ? {} : { template: itemOf(template) }),
    ...(library ? { root: place.root } : {}),
  };
  const privileges = neededPrivileges(request.spec.builder, needs);
  checkPrivileges(await findMissingPrivileges(govc, privileges, targets), target.user);
}

function itemOf(machine: Machine): InventoryItem {
  const [type = 'VirtualMachine', id = ''] = machine.reference.split(':');
  return { type, id, path: machine.name };
}
