import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { ioError } from '../../core/files.ts';
import { findSizeFaults } from '../../guestinfo/sizes.ts';
import type { Host } from '../../hosts/host.ts';
import type { FleetPayloads } from './fleet.ts';
import { createPayloadMaker } from './make-payload.ts';
import { listPayloadFiles, ownNames, type PayloadFile } from './payload-files.ts';

/** What a lane has to know; copied into worker threads. */
export interface LaneSettings {
  fleet: FleetPayloads;
  /** New folders are made here, one per host. */
  stage: string;
  /** Where they will go: what is there already and the same is left alone. */
  output: string;
}

export interface LaneFinding {
  severity: 'error' | 'warning';
  row: Host['row'];
  host: string;
  what: string;
  message: string;
}

export interface LaneResult {
  /** Hosts that were put into the stage. */
  staged: string[];
  unchanged: string[];
  findings: LaneFinding[];
}

/** Renders hosts and writes their folders. Synchronous: the calls are so short that waiting for them costs less than being called back. */
export function createLane({ fleet, stage, output }: LaneSettings): (hosts: readonly Host[]) => LaneResult {
  const makePayload = createPayloadMaker(fleet);
  const outputExists = exists(output);
  return (hosts) => {
    const result: LaneResult = { staged: [], unchanged: [], findings: [] };
    for (const host of hosts) {
      const payload = makePayload(host);
      if (fleet.datasource === 'vmware') {
        const faults = findSizeFaults({ userdata: payload.userdataB64, metadata: payload.metadataB64 }, 'guestinfo');
        for (const fault of faults) result.findings.push({ ...fault, row: host.row, host: host.name });
        if (faults.some(({ severity }) => severity === 'error')) continue;
      }
      const files = listPayloadFiles(payload, fleet.datasource);
      if (outputExists && isUnchanged(join(output, host.name), files)) {
        result.unchanged.push(host.name);
        continue;
      }
      writeFolder(join(stage, host.name), files);
      result.staged.push(host.name);
    }
    return result;
  };
}

const folderMode = 0o700;
const fileMode = 0o600;

function writeFolder(folder: string, files: readonly PayloadFile[]): void {
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
    if (typeof content === 'string') writeSync(file, content);
    else writeSparse(file, content);
  } finally {
    closeSync(file);
  }
}

/** Most of a seed is zeros behind its files: they take no room on the disk. */
function writeSparse(file: number, bytes: Uint8Array): void {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  writeSync(file, bytes.subarray(0, end));
  ftruncateSync(file, bytes.length);
}

function isUnchanged(folder: string, files: readonly PayloadFile[]): boolean {
  if (!exists(folder) || (lstatSync(folder).mode & 0o777) !== folderMode) return false;
  const present = readdirSync(folder).filter((name) => ownNames.includes(name));
  return present.length === files.length && files.every((file) => isSameFile(folder, file));
}

function isSameFile(folder: string, { name, content }: PayloadFile): boolean {
  const path = join(folder, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || (found.mode & 0o777) !== fileMode) return false;
  return readFileSync(path).equals(typeof content === 'string' ? Buffer.from(content) : content);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
