// Bundles the program and the library for users (`dist/`); development runs the sources as they are.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';

const root = resolve(import.meta.dirname, '..');
rmSync(resolve(root, 'dist'), { recursive: true, force: true });

await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/cli/main.ts',
    index: 'src/index.ts',
    'deflate-worker': 'src/formats/deflate-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  packages: 'bundle',
  banner: {
    js: "import { createRequire as hnfRequire } from 'node:module';const require = hnfRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
});

await execa(
  'tsc',
  [
    'src/index.ts',
    '--ignoreConfig',
    '--declaration',
    '--emitDeclarationOnly',
    '--outDir',
    'dist/types',
    '--rootDir',
    'src',
  ].concat(
    ['--target', 'es2024', '--module', 'nodenext', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck'],
    ['--rewriteRelativeImportExtensions', '--types', 'node'],
  ),
  { cwd: root, preferLocal: true, stdio: 'inherit' },
);
