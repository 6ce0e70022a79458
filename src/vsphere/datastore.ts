import { z } from 'zod';
import { FactoryError } from '../core/errors.ts';
import type { Govc } from './govc.ts';

const Listing = z.array(
  z.object({ file: z.array(z.object({ path: z.string(), fileSize: z.number().optional() })).nullish() }),
);

export interface DatastoreFile {
  /** Below the datastore's root: `packer_cache/x.iso`. */
  path: string;
  bytes: number;
}

/** Where a datastore is: its name says too little when there are several datacenters. */
export interface DatastoreRef {
  /** Inventory path of the datacenter. */
  datacenter: string;
  /** Name or inventory path. */
  datastore: string;
}

/** The files in a folder of a datastore; none when there is no such folder. */
export async function listDatastore(govc: Govc, at: DatastoreRef, folder: string): Promise<DatastoreFile[]> {
  try {
    const args = ['datastore.ls', '-json', '-l', `-dc=${at.datacenter}`, `-ds=${at.datastore}`, folder];
    return Listing.parse(JSON.parse(await govc.run(args))).flatMap(({ file }) =>
      (file ?? []).map(({ path, fileSize }) => ({ path: `${folder}/${path}`, bytes: fileSize ?? 0 })),
    );
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/** Undefined when there is no such file. */
export async function findDatastoreFile(
  govc: Govc,
  at: DatastoreRef,
  path: string,
): Promise<DatastoreFile | undefined> {
  const folder = path.split('/').slice(0, -1).join('/');
  return (await listDatastore(govc, at, folder)).find((file) => file.path === path);
}

/** No error when it is gone already. */
export async function removeDatastoreFile(govc: Govc, at: DatastoreRef, path: string): Promise<void> {
  await govc
    .run(['datastore.rm', '-f', `-dc=${at.datacenter}`, `-ds=${at.datastore}`, path])
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

function isNotFound(error: unknown): boolean {
  return error instanceof FactoryError && /was not found|FileNotFound|No such file/i.test(error.message);
}

/** `[datastore1] iso/ubuntu.iso` → its parts; undefined for anything else. Pure. */
export function findDatastorePath(text: string): { datastore: string; path: string } | undefined {
  const match = /^\[([^\]/]+)\]\s*(\S.*)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { datastore: match[1], path: match[2].replace(/^\/+/, '') };
}
