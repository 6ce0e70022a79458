// Bundles the program and the library for users (`dist/`); development runs the sources as they are.
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { execa } from 'execa';

/**
 * Importing `node:fs` as an ES module reads every export, and with them loads streams and promises; asked for as an object they come when
 * they are used. commander's child_process is for subcommands that are programs of their own, which hnf has none of. Together 25 ms a start.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, importer, kind }) => {
      // One that is imported when it is needed is lazy already.
      if (kind === 'dynamic-import') return { path, external: true };
      const unused = path === 'node:child_process' && importer.includes('node_modules/commander/');
      return { path: unused ? 'none' : path, namespace: 'builtin' };
    });
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = ${path === 'none' ? '{}' : `process.getBuiltinModule(${JSON.stringify(path)})`};`,
    }));
  },
};

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
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [lazyBuiltins],
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
