import { createReadStream, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';
import { checkNodeConfig } from '../nodeconfig/check.ts';
import type { NodeConfigFinding } from '../nodeconfig/finding.ts';
import type { NodeFile } from '../nodeconfig/rules-files.ts';
import type { CommandContext } from './command.ts';

export interface CheckedFile {
  file: string;
  valid: boolean;
  findings: NodeConfigFinding[];
}

/** More than any NodeConfig; the rest is not read. */
const longestBytes = 1_048_577;

/**
 * Each file by itself, one that cannot be read among them.
 * @throws FactoryError `usage` when standard input is named twice.
 */
export async function checkFiles(
  files: readonly string[],
  context: Pick<CommandContext, 'cwd' | 'stdin' | 'clock'>,
  options: { onNode: boolean },
): Promise<CheckedFile[]> {
  if (files.filter((file) => file === '-').length > 1)
    throw new FactoryError('usage', "'-' is named twice; accepted: once");
  const checked: CheckedFile[] = [];
  for (const file of new Set(files)) checked.push(await checkFile(file, context, options));
  return checked;
}

async function checkFile(
  argument: string,
  context: Pick<CommandContext, 'cwd' | 'stdin' | 'clock'>,
  { onNode }: { onNode: boolean },
): Promise<CheckedFile> {
  const file = argument === '-' ? 'standard input' : argument;
  try {
    const stream = argument === '-' ? context.stdin() : createReadStream(resolve(context.cwd, argument));
    const content = await readAll(stream);
    const files = { readFile: readNodeFile, onNode, now: context.clock.now() };
    const findings = checkNodeConfig(content, { file, files });
    return { file, findings, valid: findings.every(({ severity }) => severity === 'warning') };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const reason = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
    const message = `${reason}; accepted: a NodeConfig file, or - for standard input`;
    const finding = {
      file,
      line: 1,
      column: 1,
      path: '',
      severity: 'error',
      code: 'file.unreadable',
      message,
    } as const;
    return { file, findings: [finding], valid: false };
  }
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of stream) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes >= longestBytes) break;
  }
  return Buffer.concat(parts);
}

function readNodeFile(path: string): NodeFile | undefined {
  try {
    const { mode, size } = statSync(path);
    return { content: size > longestBytes ? new Uint8Array() : readFileSync(path), mode };
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
