// Bundles the program and the library for users (`dist/`); development runs the sources as they are.
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { execa } from 'execa';

/**
 * Importing `node:fs` as an ES module reads every export, and with them loads streams, promises and workers. Asked for as an object, and only
 * for the names that are used, it brings only those: 10 ms a start. Each importer gets a copy of the few lines, so that they are no chunk of
 * their own. commander's child_process is for subcommands that are programs of their own, which hnf has none of.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:/ }, ({ path, importer, kind }) => {
      if (kind !== 'import-statement') return { path, external: true };
      const unused = path === 'node:child_process' && importer.includes('node_modules/commander/');
      return {
        path: `${path} for ${importer}`,
        namespace: 'builtin',
        pluginData: unused ? undefined : path,
        sideEffects: false,
      };
    });
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ pluginData }) => ({
      contents: renderBuiltin(pluginData),
    }));
  },
};

/** What is marked pure and not used is left out of the bundle. */
function renderBuiltin(name: string | undefined): string {
  if (name === undefined) return 'export default {};';
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter(
    (key) => /^[A-Za-z]\w*$/.test(key) && key !== 'default',
  );
  const picks = names.map(
    (key, index) => `const p${index} = /* @__PURE__ */ pick('${key}'); export { p${index} as ${key} };`,
  );
  const start = `const builtin = process.getBuiltinModule('${name}'); const pick = (name) => builtin[name]; export default builtin;`;
  return [start, ...picks].join('\n');
}

/** The files of a start that other entry points have too; `import()` makes entry points. */
function findSharedFiles({ outputs }: Metafile): string[] {
  const start = Object.values(outputs).find(({ entryPoint }) => entryPoint === 'src/cli/run-cli.ts');
  const chunks = start?.imports.filter(({ kind }) => kind === 'import-statement') ?? [];
  const inputs = chunks.flatMap(({ path }) => Object.keys(outputs[path]?.inputs ?? {}));
  return inputs.filter((path) => path.startsWith('src/')).sort();
}

/**
 * esbuild makes a chunk of the files that have the same entry points, however small: ten for the start alone, a millisecond each. When every
 * entry point has all files of the start, they are one.
 */
function gatherStart(metafile: Metafile): Plugin {
  const entries = new Set(Object.values(metafile.outputs).map(({ entryPoint = '' }) => resolve(root, entryPoint)));
  const imports = findSharedFiles(metafile).map((path) => `import './${path}';`);
  return {
    name: 'gather-start',
    setup(bundle) {
      bundle.onResolve({ filter: /^start$/ }, () => ({ path: 'start', namespace: 'start' }));
      bundle.onLoad({ filter: /.*/, namespace: 'start' }, () => ({ contents: imports.join('\n'), resolveDir: root }));
      bundle.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
        if (!entries.has(path)) return undefined;
        return { contents: `import 'start';\n${await readFile(path, 'utf8')}`, loader: 'ts' };
      });
    },
  };
}

const root = resolve(import.meta.dirname, '..');
rmSync(resolve(root, 'dist'), { recursive: true, force: true });

const options = {
  absWorkingDir: root,
  entryPoints: {
    main: 'src/cli/main.ts',
    index: 'src/index.ts',
    'deflate-worker': 'src/formats/deflate-worker.ts',
    'lane-worker': 'src/flows/userdata/lane-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  packages: 'bundle',
  // Everything else is bundled. createRequire would be 2 ms of each start.
  banner: {
    js: 'const require = process.getBuiltinModule;',
  },
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [lazyBuiltins],
  logLevel: 'warning',
} as const satisfies BuildOptions;

const { metafile } = await build({ ...options, metafile: true, write: false });
await build({ ...options, plugins: [lazyBuiltins, gatherStart(metafile)] });

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
