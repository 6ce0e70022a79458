import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FactoryError, hasErrno } from '../../core/errors.ts';
import { fetchText, type HttpContext } from '../../core/http-get.ts';
import { ioError } from '../../core/io-error.ts';

/** A list of sums is a few kilobytes; more is something else. */
const mostListBytes = 4 * 1024 * 1024;

/**
 * The SHA-256 a source must have, lower-case hex; undefined for `none`. `file:` names a list as `sha256sum` writes it, which is
 * fetched or read. @throws FactoryError `input.invalid` when the list does not have the file, `network.failed`.
 */
export async function resolveChecksum(
  checksum: string,
  url: string,
  context: HttpContext,
): Promise<string | undefined> {
  if (checksum === 'none') return undefined;
  if (!checksum.startsWith('file:')) return checksum.replace(/^sha256:/, '').toLowerCase();
  const address = checksum.slice('file:'.length);
  const name = fileNameOf(url);
  const sum = findListedSum(await readList(address, context), name);
  if (sum !== undefined) return sum;
  throw new FactoryError('input.invalid', `'${address}' has no SHA-256 for '${name}'`, {
    hint: 'Give `checksum` as sha256: and 64 hexadecimal digits.',
  });
}

/** `<hex>  name`, `<hex> *name` or `SHA256 (name) = <hex>`; the name may stand in a folder. Pure. */
export function findListedSum(list: string, name: string): string | undefined {
  for (const line of list.split('\n')) {
    const match =
      /^([0-9a-fA-F]{64})\s+\*?(\S+)\s*$/.exec(line) ?? swapped(/^SHA256 \((.+)\) = ([0-9a-fA-F]{64})\s*$/.exec(line));
    if (match !== null && fileNameOf(match[2] ?? '') === name) return match[1]?.toLowerCase();
  }
  return undefined;
}

function swapped(match: RegExpExecArray | null): readonly (string | undefined)[] | null {
  return match === null ? null : [match[0], match[2], match[1]];
}

function fileNameOf(path: string): string {
  return decodeURIComponent(
    path
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? '',
  );
}

async function readList(address: string, context: HttpContext): Promise<string> {
  if (/^https?:/.test(address)) return fetchText(address, mostListBytes, context);
  const path =
    address.startsWith('file:') || address.startsWith('//') ? fileURLToPath(new URL(address, 'file:')) : address;
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (!hasErrno(error, 'ENOENT')) throw ioError(error, path);
    throw new FactoryError('input.not-found', `the list of checksums '${path}' is not there`, {
      hint: 'Correct `checksum`, or put the list there.',
    });
  });
}
