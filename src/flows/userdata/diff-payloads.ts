import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrno } from '../../core/errors.ts';
import { throwIoError } from '../../core/io-error.ts';
import { lineDiff } from '../../core/line-diff.ts';
import { maskSecrets } from '../../guestinfo/mask.ts';
import type { Payload } from '../../guestinfo/payload.ts';
import { renderReadable } from '../../guestinfo/readable.ts';

export interface PayloadDiff {
  host: string;
  change: 'new' | 'changed' | 'unchanged';
  /** Lines that differ, secrets masked; empty for a host that is new or unchanged. */
  diff: string;
}

const names = ['metadata', 'network-config', 'userdata'] as const;

/** Longer texts are told apart and not compared line by line: that takes the product of their lengths. */
const mostLines = 3000;

/** How a payload differs from what was last rendered into this folder. */
export async function diffPayload(payload: Payload, output: string): Promise<PayloadDiff> {
  const folder = join(output, payload.host);
  const before = await readLast(folder);
  const { metadata, userdata, networkConfig = '' } = payload;
  if (before === undefined) return { host: payload.host, change: 'new', diff: '' };
  const after = [metadata, networkConfig, userdata];
  const diff = names.map((name, at) => diffText(name, before.get(name) ?? '', after[at] ?? '')).join('');
  return { host: payload.host, change: diff === '' ? 'unchanged' : 'changed', diff };
}

async function readLast(folder: string): Promise<Map<string, string> | undefined> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch((error: unknown) =>
      hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR') ? undefined : throwIoError(path)(error),
    );
    if (text !== undefined) texts.set(name, text);
  }
  return texts.has('userdata') ? texts : undefined;
}

function diffText(name: string, before: string, after: string): string {
  if (before === after) return '';
  const [masked = '', maskedAfter = ''] = [before, after].map((text) => maskSecrets(renderReadable(text)));
  const head = `--- ${name}\n`;
  if (masked === maskedAfter) return `${head}  only a secret has changed\n`;
  const lines = [masked, maskedAfter].map((text) => text.split('\n').length);
  return lines.every((count) => count <= mostLines)
    ? head + lineDiff(masked, maskedAfter)
    : `${head}  ${lines[0]} lines have become ${lines[1]} others\n`;
}
