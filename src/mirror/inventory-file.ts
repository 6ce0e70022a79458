import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';
import { artifactNames, eksArtifactNames, type Inventory, placeInventory, sortInventory } from './inventory.ts';

export const inventoryFileName = 'inventory.json';
export const manifestFileName = 'manifest.yaml';

/** Versions become folder names, so nothing that could lead elsewhere is one. */
const Version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+_-]*$/, 'a version of letters, digits and . + _ -');
const Arch = z.enum(['amd64', 'arm64']);

const Item = z.strictObject({
  name: z.enum(artifactNames),
  version: Version,
  arch: Arch,
  origin: z.enum(['aws', 'go']),
  source: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
  bytes: z.int().nonnegative(),
  licence: z.string(),
  gzip: z.boolean(),
});

const InventoryFile = z.strictObject({
  format: z.literal('hnf-mirror/1'),
  baseUrl: z.string(),
  releases: z.array(
    z.strictObject({
      kubernetes: z.string().regex(/^\d+\.\d+\.\d+$/, 'a full version like 1.34.2'),
      arch: Arch,
      releaseDate: z.string().optional(),
      artifacts: z.record(z.enum(eksArtifactNames), Version),
    }),
  ),
  items: z.array(Item),
  regions: z.record(
    z.string(),
    z.strictObject({ ecrAccountId: z.string(), partition: z.string(), dnsSuffix: z.string() }),
  ),
});

export interface Mirror {
  folder: string;
  /** Address that the folder's own manifest.yaml was written for. */
  baseUrl: string;
  inventory: Inventory;
}

/** The text of `inventory.json`: what the mirror holds, without paths of the machine that made it. */
export function inventoryJson(inventory: Inventory, baseUrl: string): string {
  const sorted = sortInventory(inventory);
  const items = sorted.items.map(({ file: _file, ...rest }) => rest);
  const document = { format: 'hnf-mirror/1', baseUrl, releases: sorted.releases, items, regions: sorted.regions };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * Reads the folder's inventory; the files themselves are not looked at.
 * @throws FactoryError `input.not-found` when the folder is no mirror, `input.invalid` when its inventory is damaged.
 */
export async function readMirror(folder: string): Promise<Mirror> {
  const mirror = await findMirror(folder);
  if (mirror !== undefined) return mirror;
  throw new FactoryError('input.not-found', `'${folder}' is no artifact mirror: it has no ${inventoryFileName}`, {
    hint: 'Make one with `hnf mirror sync -o DIR`, or copy inventory.json along with the rest of the mirror.',
  });
}

/** As readMirror, but a folder without an inventory gives undefined. */
export async function findMirror(folder: string): Promise<Mirror | undefined> {
  const path = join(folder, inventoryFileName);
  const text = await findInventoryText(path);
  if (text === undefined) return undefined;
  const parsed = InventoryFile.safeParse(parseJson(text, path));
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
    throw new FactoryError('input.invalid', `'${path}' is not the inventory of a mirror`, {
      hint: remakeHint,
      details,
    });
  }
  const { releases, items, regions, baseUrl } = parsed.data;
  const inventory = { releases, regions, items: items.map((item) => ({ ...item, file: '' })) };
  return { folder, baseUrl, inventory: placeInventory(inventory, folder) };
}

const remakeHint = 'Run `hnf mirror sync` into a new folder, or copy the mirror again.';

async function findInventoryText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR')) return undefined;
    throw new FactoryError('input.invalid', `'${path}' cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FactoryError('input.invalid', `'${path}' is not JSON: ${messageOf(cause)}`, { hint: remakeHint, cause });
  }
}
