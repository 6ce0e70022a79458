import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ioError } from '../../core/io-error.ts';

/** A file of a host's folder. */
export interface HostFile {
  name: string;
  content: string | Uint8Array;
}

const folderMode = 0o700;
const fileMode = 0o600;

/** Makes a host's folder. Synchronous: the calls are so short that waiting for them costs less than being called back. */
export function writeFolder(folder: string, files: readonly HostFile[]): void {
  try {
    mkdirSync(folder, folderMode);
    for (const { name, content } of files) writeNewFile(`${folder}/${name}`, content);
  } catch (error) {
    throw ioError(error, folder);
  }
}

function writeNewFile(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx', fileMode);
  try {
    // Not writeSync: on a disk that fills up it writes a part and says so in its result only.
    if (typeof content === 'string') writeFileSync(file, content);
    else writeSparse(file, content);
  } finally {
    closeSync(file);
  }
}

/** Most of a seed is zeros behind its files: they take no room on the disk. */
function writeSparse(file: number, bytes: Uint8Array): void {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  writeFileSync(file, bytes.subarray(0, end));
  ftruncateSync(file, bytes.length);
}

/** Whether the folder holds just these of our files, with nothing of them for others to read. */
export function isUnchanged(folder: string, files: readonly HostFile[], ownNames: readonly string[]): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined || !found.isDirectory() || (found.mode & 0o777) !== folderMode) return false;
  const present = readdirSync(folder).filter((name) => ownNames.includes(name));
  return present.length === files.length && files.every((file) => isSameFile(folder, file));
}

function isSameFile(folder: string, { name, content }: HostFile): boolean {
  const path = join(folder, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || (found.mode & 0o777) !== fileMode) return false;
  return readFileSync(path).equals(typeof content === 'string' ? Buffer.from(content) : content);
}
