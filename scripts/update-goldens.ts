import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { goldenFolder, renderGoldenTree } from '../test/render/golden-tree.ts';

const files = renderGoldenTree();

/** Rewrites test/golden from the templates as they are. Read the diff before committing it. */
function updateGoldens(): void {
  for (const entry of readdirSync(goldenFolder)) rmSync(join(goldenFolder, entry), { recursive: true });
  for (const file of files) {
    const path = join(goldenFolder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content, { mode: file.mode });
  }
  console.log(`${files.length} files in test/golden`);
}

/** `--check`: names what differs, changes nothing. */
function checkGoldens(): void {
  const wanted = new Map(files.map(({ path, content }) => [path, content]));
  const present = readdirSync(goldenFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(goldenFolder, join(entry.parentPath, entry.name)));
  const stale = [...wanted].flatMap(([path, content]) => {
    const file = join(goldenFolder, path);
    return existsSync(file) && readFileSync(file, 'utf8') === content ? [] : [path];
  });
  const differing = [...stale, ...present.filter((path) => !wanted.has(path))].sort();
  for (const path of differing) console.log(`test/golden/${path} differs: node scripts/update-goldens.ts`);
  process.exitCode = differing.length === 0 ? 0 : 1;
}

if (process.argv.includes('--check')) checkGoldens();
else updateGoldens();
