import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { findSizeFaults } from '../../guestinfo/sizes.ts';
import type { Host } from '../../hosts/host.ts';
import { isUnchanged, writeFolder } from '../host-folders/folder.ts';
import type { FleetPayloads } from './fleet.ts';
import { createPayloadMaker } from './make-payload.ts';
import { listPayloadFiles, ownNames } from './payload-files.ts';

/** What a lane has to know; copied into worker threads. */
export interface LaneSettings {
  fleet: FleetPayloads;
  /** Where the folders will go: what is there already and the same is left alone. */
  output: string;
}

/** New folders are made in the stage, one per host; without one they are only counted. */
export type Lane = (hosts: readonly Host[], stage: string | undefined) => LaneResult;

export interface LaneFinding {
  severity: 'error' | 'warning';
  row: Host['row'];
  host: string;
  what: string;
  message: string;
}

export interface LaneResult {
  /** Hosts that were put into the stage, or would be. */
  staged: string[];
  unchanged: string[];
  findings: LaneFinding[];
}

/** Renders hosts and writes their folders. */
export function createLane({ fleet, output }: LaneSettings): Lane {
  const makePayload = createPayloadMaker(fleet);
  const outputExists = exists(output);
  return (hosts, stage) => {
    const result: LaneResult = { staged: [], unchanged: [], findings: [] };
    for (const host of hosts) {
      const payload = makePayload(host);
      if (fleet.datasource === 'vmware') {
        const faults = findSizeFaults({ userdata: payload.userdataB64, metadata: payload.metadataB64 }, 'guestinfo');
        for (const fault of faults) result.findings.push({ ...fault, row: host.row, host: host.name });
        if (faults.some(({ severity }) => severity === 'error')) continue;
      }
      const files = listPayloadFiles(payload, fleet.datasource);
      if (outputExists && isUnchanged(join(output, host.name), files, ownNames)) {
        result.unchanged.push(host.name);
        continue;
      }
      if (stage !== undefined) writeFolder(join(stage, host.name), files);
      result.staged.push(host.name);
    }
    return result;
  };
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
