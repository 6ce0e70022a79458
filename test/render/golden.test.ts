import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFolder, renderGoldenTree } from './golden-tree.ts';

const rendered = renderGoldenTree();
const images = [...new Set(rendered.map((file) => file.path.split('/')[0] ?? ''))];

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(goldenFolder, join(entry.parentPath, entry.name)))
    .sort();
}

// After a wanted change: node scripts/update-goldens.ts, and read the diff.
describe('render/golden', () => {
  it('knows every image of the tree', () => expect(readdirSync(goldenFolder).sort()).toEqual([...images].sort()));

  it.each(images)('%s has exactly these files', (image) => {
    const paths = rendered.map((file) => file.path).filter((path) => path.startsWith(`${image}/`));
    expect(filesBelow(join(goldenFolder, image))).toEqual(paths.sort());
  });

  it.each(rendered.map((file) => [file.path, file.content]))('%s', (path, content) => {
    expect(content).toBe(readFileSync(join(goldenFolder, path), 'utf8'));
  });
});
