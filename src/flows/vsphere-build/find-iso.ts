import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IsoSource } from '../../catalog/image-spec.ts';
import { suggestion } from '../../config/did-you-mean.ts';
import { isVcenterPath } from '../../config/vcenter-path.ts';
import { FactoryError } from '../../core/errors.ts';
import { type DatastoreRef, findDatastorePath, listDatastore } from '../../vsphere/datastore.ts';
import type { Govc } from '../../vsphere/govc.ts';
import type { Place } from './place.ts';

const headTimeoutMs = 20_000;

/**
 * Is the installer where the catalog says? Answers whether what has its name on the datastore is of another size and has to be replaced:
 * Packer goes by the name alone and would install from half a CD, or from another one.
 * @throws FactoryError `input.not-found`
 */
export async function checkIso(govc: Govc, place: Place, source: IsoSource, signal: AbortSignal): Promise<boolean> {
  const url = source.url ?? '';
  if (!isVcenterPath(url)) return isCutOff(govc, place, source, signal);
  const onDatastore = findDatastorePath(url);
  if (onDatastore === undefined) await checkLibraryFile(govc, url);
  else
    await checkDatastoreFile(
      govc,
      { datacenter: place.datacenter.path, datastore: onDatastore.datastore },
      onDatastore.path,
    );
  return false;
}

async function checkDatastoreFile(govc: Govc, at: DatastoreRef, path: string): Promise<void> {
  const folder = path.split('/').slice(0, -1).join('/');
  const files = (await listDatastore(govc, at, folder)).map((file) => file.path.replace(/^\//, ''));
  if (files.includes(path)) return;
  throw new FactoryError('input.not-found', `there is no '[${at.datastore}] ${path}'${suggestion(path, files)}`, {
    hint: `Upload it: govc datastore.upload -ds '${at.datastore}' FILE '${path}'`,
  });
}

async function checkLibraryFile(govc: Govc, path: string): Promise<void> {
  const parent = `/${path.split('/').slice(0, -1).join('/')}`;
  const listing = await govc.run(['library.ls', `${parent}/*`]).catch((error: unknown) => {
    if (error instanceof FactoryError && error.code === 'exec.failed') return '';
    throw error;
  });
  const files = listing.split('\n').filter((line) => line !== '');
  if (files.includes(`/${path}`)) return;
  const hint = "Write it as Library/item/file.iso; 'govc library.ls /Library/item/*' shows the files.";
  throw new FactoryError(
    'input.not-found',
    `there is no '${path}' in a content library${suggestion(`/${path}`, files)}`,
    {
      hint,
    },
  );
}

async function isCutOff(govc: Govc, place: Place, source: IsoSource, signal: AbortSignal): Promise<boolean> {
  const name = findCacheName(source);
  if (name === undefined) return false;
  const at = { datacenter: place.datacenter.path, datastore: place.datastore.path };
  const there = (await listDatastore(govc, at, 'packer_cache')).find((file) => file.path === `packer_cache/${name}`);
  if (there === undefined) return false;
  const bytes = await findSourceBytes(source.url ?? '', signal);
  return bytes !== undefined && bytes !== there.bytes;
}

/**
 * What Packer calls an installer on the datastore: a local file keeps its name, a download is called after the SHA-1 of its checksum's
 * text (packer-plugin-sdk, step_download.go). Undefined when the checksum is not known yet. Pure.
 */
export function findCacheName({ url, checksum }: IsoSource): string | undefined {
  if (url !== null && !/^https?:/.test(url)) return basename(url.startsWith('file:') ? fileURLToPath(url) : url);
  const match = /^sha256:([0-9a-f]{64})$/i.exec(checksum ?? '');
  if (match?.[1] === undefined) return undefined;
  return `${createHash('sha1').update(`sha256:${match[1].toLowerCase()}`).digest('hex')}.iso`;
}

/** Undefined when nobody says. */
async function findSourceBytes(url: string, signal: AbortSignal): Promise<number | undefined> {
  if (!/^https?:/.test(url)) {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    return stat(path).then(
      (stats) => stats.size,
      () => undefined,
    );
  }
  const limit = AbortSignal.any([signal, AbortSignal.timeout(headTimeoutMs)]);
  const answer = await fetch(url, { method: 'HEAD', signal: limit }).catch(() => undefined);
  const length = answer?.ok ? answer.headers.get('content-length') : null;
  return length === null || length === undefined ? undefined : Number(length);
}
