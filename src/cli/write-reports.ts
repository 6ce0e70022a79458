import { resolve } from 'node:path';
import { writeFileAtomic } from '../core/files.ts';
import type { ValidationReport } from '../flows/image-validate/types.ts';
import { toJUnit, toMarkdown } from './view/validation-files.ts';

/** Files beside the result on stdout, as far as they were asked for. */
export async function writeReports(
  report: ValidationReport,
  cwd: string,
  files: { junit: string | undefined; markdown: string | undefined },
): Promise<void> {
  if (files.junit !== undefined) await writeFileAtomic(resolve(cwd, files.junit), toJUnit(report));
  if (files.markdown !== undefined) await writeFileAtomic(resolve(cwd, files.markdown), toMarkdown(report));
}
