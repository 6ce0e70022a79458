import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import type { TemplateSet } from './template-set.ts';

const folders = ['templates', 'user-data', 'kickstart'] as const;

/**
 * Reads all template texts below the package's root; the only part of the renderer that touches the disk.
 * @throws FactoryError `internal` when a folder is missing (a broken installation).
 */
export function loadTemplates(root: string): TemplateSet {
  const paths = folders.flatMap((folder) => listFiles(root, folder)).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function listFiles(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  } catch (cause) {
    throw new FactoryError('internal', `the folder '${join(root, folder)}' of the installation cannot be read`, {
      cause,
    });
  }
}
