import { listCells } from '../../src/catalog/cells.ts';
import { cellId, type ImageSpec } from '../../src/catalog/image-spec.ts';
import { resolveConfig } from '../../src/config/resolve.ts';

/** Every cell of the built-in catalog, as it is without a config, flags or environment. */
export const builtinCells: readonly ImageSpec[] = listCells(
  resolveConfig({ written: {}, env: [], flags: {}, variables: {} }).config,
);

/** A folder's name for a cell: `ubuntu24-amd64-iso-qemu-ssm`. */
export function cellFolder(spec: ImageSpec): string {
  return cellId(spec).replaceAll('/', '-');
}

/** @throws when the catalog has no such cell. */
export function findCell(folder: string): ImageSpec {
  const found = builtinCells.find((spec) => cellFolder(spec) === folder);
  if (found === undefined) throw new Error(`no cell '${folder}' among ${builtinCells.map(cellFolder).join(', ')}`);
  return found;
}
