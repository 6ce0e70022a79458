import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, renderGoldenTree } from './golden-tree.ts';

const rendered = renderGoldenTree();
const folders = [...new Set(rendered.map((file) => file.path.split('/')[0] ?? ''))];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(goldenFolder, join(entry.parentPath, entry.name)))
    .sort();
}

// After a wanted change: node scripts/update-goldens.ts, and read the diff.
describe('render/golden', () => {
  it('knows every cell of the tree', () => expect(readdirSync(goldenFolder).sort()).toEqual([...folders].sort()));

  it.each(folders)('%s has exactly these files with these contents', (folder) => {
    const files = rendered.filter((file) => file.path.startsWith(`${folder}/`));
    expect(filesBelow(join(goldenFolder, folder))).toEqual(files.map((file) => file.path).sort());
    for (const { path, content } of files) expect(content, path).toBe(readFileSync(join(goldenFolder, path), 'utf8'));
  });
});
