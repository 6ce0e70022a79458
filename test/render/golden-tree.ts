import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-root.ts';
import type { RenderedFile } from '../../src/core/rendered-file.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../src/render/packer/folder.ts';
import { exampleSpecs } from './example-specs.ts';

export const goldenFolder = join(packageRoot(), 'test/golden');

/** What test/golden has to hold: `<image>/<builder>/…`, whole files, paths from that folder. */
export function renderGoldenTree(): RenderedFile[] {
  const templates = loadTemplates(packageRoot());
  return exampleSpecs.flatMap((spec) =>
    renderPackerFolder(spec, templates).map((file) => ({ ...file, path: `${spec.name}/${spec.builder}/${file.path}` })),
  );
}
