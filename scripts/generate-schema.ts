// Writes schema/images.config.schema.json from the zod schema; with --check only compares and fails on a difference.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { renderJsonSchema } from '../src/config/json-schema.ts';

const path = resolve(import.meta.dirname, '../schema/images.config.schema.json');
const wanted = renderJsonSchema();

if (process.argv.includes('--check')) {
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present !== wanted) {
    console.error(`${path} is out of date; run: node scripts/generate-schema.ts`);
    process.exitCode = 1;
  }
} else {
  await writeFile(path, wanted);
  console.log(`wrote ${path}`);
}
