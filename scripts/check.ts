// Types, lint, format, structure, goldens, schema, docs: everything that can be wrong without running the product.
import { resolve } from 'node:path';
import { execa } from 'execa';

const steps: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', 'tsc', ['-p', '.']],
  ['lint and format', 'biome', ['check', '--error-on-warnings', '.']],
  ['structure', 'vitest', ['run', '--project', 'unit', 'test/structure']],
  ['goldens', 'node', ['scripts/update-goldens.ts', '--check']],
  ['schema', 'node', ['scripts/generate-schema.ts', '--check']],
  ['docs', 'node', ['scripts/generate-docs.ts', '--check']],
];

let failed = 0;
for (const [name, file, args] of steps) {
  const result = await execa(file, args, {
    cwd: resolve(import.meta.dirname, '..'),
    preferLocal: true,
    all: true,
    reject: false,
  });
  console.log(`${result.failed ? 'FAIL' : 'ok  '} ${name}`);
  if (!result.failed) continue;
  failed += 1;
  console.log(result.all);
}
process.exitCode = failed === 0 ? 0 : 1;
