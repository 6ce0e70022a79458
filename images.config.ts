import { defineConfig } from './src/index.ts';

// The catalog of this checkout. Built-in images need no entry; `npx hnf image list` shows them, `npx hnf config init --dry-run` every field.
export default defineConfig({
  kubernetes: '1.34.2',
  output: { formats: ['qcow2', 'raw', 'ova'] },
});
