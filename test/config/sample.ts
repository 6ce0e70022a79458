import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listImageFindings, mergeFindings } from '../../src/catalog/check-config.ts';
import { formatFinding, sortFindings } from '../../src/config/findings.ts';
import type { FlagValues } from '../../src/config/flags.ts';
import { readSettings } from '../../src/config/read-settings.ts';

/** A folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Everything hnf has against a config, as a person reads it. */
export async function findingsOf(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  flags: FlagValues = {},
): Promise<string[]> {
  const cwd = folderWith(files);
  const settings = await readSettings({ cwd, env, flags });
  return sortFindings(mergeFindings(settings, listImageFindings(settings.config)))
    .map(formatFinding)
    .map((line) => line.replaceAll(cwd, '<cwd>'));
}

export async function resolvedFrom(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
  flags: FlagValues = {},
) {
  return readSettings({ cwd: folderWith(files), env, flags });
}
