import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';

/** Texts of `templates/lab`: path with `/` → content. Part of the base's identity. */
export type BaseTemplates = Readonly<Record<string, string>>;

export async function readBaseTemplates(folder = join(packageRoot(), 'templates', 'lab')): Promise<BaseTemplates> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    paths.map(async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path, 'utf8')] as const),
  );
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}
