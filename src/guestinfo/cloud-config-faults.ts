import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from './types.ts';

export interface CloudConfigFault {
  severity: 'error' | 'warning';
  /** `runcmd[2]` */
  path: string;
  message: string;
  hint?: string;
}

const mergeHint = "Begin it with merge_how: 'dict(recurse_array)+list(append)+str()', which adds to lists instead.";

/**
 * What a cloud-config of one's own, put on top of ours, would do to the join: ours is what is written without it, `merged` with it. Pure.
 */
export function findCloudConfigFaults(ours: JsonMap, merged: JsonMap, redact: boolean): CloudConfigFault[] {
  return [
    ...findLosses(ours, merged),
    ...findNames(ours, merged),
    ...findLostAccess(ours, merged),
    ...findNetwork(merged),
    ...['runcmd', 'bootcmd'].flatMap((key) => findCommandFaults(key, merged[key])),
    ...findFileFaults(merged['write_files']),
    ...findEveryBoot(ours, merged, redact),
  ];
}

/** Every file and command the join needs is still there. */
function findLosses(ours: JsonMap, merged: JsonMap): CloudConfigFault[] {
  return ['bootcmd', 'write_files', 'runcmd'].flatMap((key): CloudConfigFault[] => {
    const left = listOf(merged[key]);
    const lost = listOf(ours[key]).filter((item) => !left.some((other) => isDeepStrictEqual(item, other)));
    if (lost.length === 0) return [];
    const what = {
      bootcmd: 'the folder of the NodeConfig',
      write_files: 'the NodeConfig',
      runcmd: 'the start of the join',
    }[key];
    const message = `would replace what hnf writes there, and with it ${what}; accepted: one that adds to it`;
    return [{ severity: 'error', path: key, message, hint: mergeHint }];
  });
}

/** A machine's name is its row's; a certificate and the join go by it. */
function findNames(ours: JsonMap, merged: JsonMap): CloudConfigFault[] {
  return ['hostname', 'fqdn', 'preserve_hostname'].flatMap((key): CloudConfigFault[] => {
    if (isDeepStrictEqual(ours[key], merged[key])) return [];
    const message =
      key === 'preserve_hostname' ? 'would leave machines without their names' : 'would be the name of every machine';
    return [{ severity: 'error', path: key, message, hint: 'Leave it out: names come from the hosts file.' }];
  });
}

/** Meant or not, nobody notices before it is too late. */
function findLostAccess(ours: JsonMap, merged: JsonMap): CloudConfigFault[] {
  return ['users', 'ssh_authorized_keys'].flatMap((key): CloudConfigFault[] => {
    const left = listOf(merged[key]);
    const isKept = listOf(ours[key]).every((item) => left.some((other) => isDeepStrictEqual(item, other)));
    if (isKept) return [];
    const message = 'replaces the account and the keys of access';
    return [{ severity: 'warning', path: key, message, hint: mergeHint }];
  });
}

function findNetwork(merged: JsonMap): CloudConfigFault[] {
  if (merged['network'] === undefined) return [];
  const message = 'is not read from user data: cloud-init has the network from metadata';
  return [{ severity: 'warning', path: 'network', message, hint: 'Write it into the hosts file or userdata.' }];
}

/** One item of another kind, and cloud-init runs none of them. */
function findCommandFaults(key: string, value: Json | undefined): CloudConfigFault[] {
  return listOf(value).flatMap((item, at): CloudConfigFault[] => {
    const isWords = Array.isArray(item) && item.every((word) => typeof word === 'string' || typeof word === 'number');
    if (item === null || typeof item === 'string' || isWords) return [];
    const message = 'is neither text nor a list of words, and cloud-init would run none of them';
    const hint = 'A line with a colon and a blank in it has to be in quotes.';
    return [{ severity: 'error', path: `${key}[${at}]`, message, hint }];
  });
}

/** One wrong entry ends the module: files after it, the NodeConfig among them, would not be written. */
function findFileFaults(value: Json | undefined): CloudConfigFault[] {
  return listOf(value).flatMap((item, at): CloudConfigFault[] => {
    const path = `write_files[${at}]`;
    if (!isMap(item))
      return [{ severity: 'error', path, message: 'is no file; accepted: a map with path and content' }];
    const { path: target, permissions } = item;
    const faults: CloudConfigFault[] = [];
    if (typeof target !== 'string' || !target.startsWith('/'))
      faults.push({ severity: 'error', path: `${path}.path`, message: 'is no absolute path' });
    if (permissions !== undefined && !(typeof permissions === 'string' && /^0?[0-7]{3,4}$/.test(permissions)))
      faults.push({
        severity: 'error',
        path: `${path}.permissions`,
        message: "is no octal mode in quotes, such as '0644'",
      });
    return faults;
  });
}

/** User data is gone from guestinfo after the first boot. */
function findEveryBoot(ours: JsonMap, merged: JsonMap, redact: boolean): CloudConfigFault[] {
  if (!redact || listOf(merged['bootcmd']).length <= listOf(ours['bootcmd']).length) return [];
  const message =
    'runs at every boot, and this user data is taken out of guestinfo at the first because it holds a secret';
  const hint = 'Put what has to run at every boot into a unit, or set userdata.redact to false.';
  return [{ severity: 'warning', path: 'bootcmd', message, hint }];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
