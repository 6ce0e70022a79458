import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RenderedFile } from '../../core/rendered-file.ts';

/** Packer's plugins talk over Unix sockets in its folder for temporary files, whose paths must stay below 107 bytes. */
export function shortTempParent(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const configured = env['TMPDIR'];
  return configured !== undefined && configured.length > 50 ? '/tmp' : undefined;
}

export async function writeFolder(folder: string, files: readonly RenderedFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content, { mode: file.mode });
  }
}
