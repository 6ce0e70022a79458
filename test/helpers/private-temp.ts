import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Every test run has its own folder for temporary files, gone afterwards: a test that leaves something behind shows. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hnft-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
