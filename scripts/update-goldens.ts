import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goldenFolder, renderGoldenTree } from '../test/render/golden-tree.ts';

/** Rewrites test/golden from the templates as they are. Read the diff before committing it. */
function updateGoldens(): void {
  for (const entry of readdirSync(goldenFolder)) rmSync(join(goldenFolder, entry), { recursive: true });
  const files = renderGoldenTree();
  for (const file of files) {
    const path = join(goldenFolder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content, { mode: file.mode });
  }
  console.log(`${files.length} files in test/golden`);
}

updateGoldens();
