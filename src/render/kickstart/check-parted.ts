import { leastRootGiB } from '../../config/mount-points.ts';
import { type KickstartFault, kickstartFault } from './fault.ts';
import type { ParsedKickstart } from './parse.ts';

/** `mkpart NAME FS START END` of a %pre script; an end of 100% is the disk's own. */
interface Made {
  line: number;
  name: string;
  startMiB: number;
  endMiB: number | undefined;
}

const mkpart = /\bmkpart\s+(['"]?)([\w-]+)\1(?:\s+[a-z]\w*)?\s+(\d+)MiB\s+(?:(\d+)MiB|100%)/;

/** What a %pre script has parted make: one behind the other, within the disk, root last and with room. */
export function findPartedFaults({ sections }: ParsedKickstart, diskGiB: number | null): KickstartFault[] {
  const lines = sections
    .filter(({ name }) => name === '%pre')
    .flatMap(({ line, body }) => body.map((text, at) => ({ text, line: line + 1 + at })))
    .filter(({ text }) => /\bmkpart\b/.test(text) && !text.trimStart().startsWith('#'));
  const made = lines.flatMap(({ text, line }) => readMade(text, line) ?? []);
  const unread = lines.filter(({ text }) => !mkpart.test(text));
  return [
    ...unread.map(({ line }) =>
      fault(line, "'mkpart' is not NAME FILESYSTEM START END in MiB, so nobody knows whether it fits"),
    ),
    ...made.flatMap((part, at) => findPlaceFaults(part, made[at - 1], diskGiB)),
    ...findLastFaults(made.at(-1), diskGiB),
  ];
}

function fault(line: number, message: string): KickstartFault {
  return kickstartFault('layout', line, message);
}

function readMade(text: string, line: number): Made | undefined {
  const [found, , name = '', start, end] = mkpart.exec(text) ?? [];
  if (found === undefined) return undefined;
  return { line, name, startMiB: Number(start), endMiB: end === undefined ? undefined : Number(end) };
}

function findPlaceFaults(part: Made, before: Made | undefined, diskGiB: number | null): KickstartFault[] {
  const { line, name, startMiB, endMiB } = part;
  const faults: KickstartFault[] = [];
  if (before !== undefined && startMiB < (before.endMiB ?? Number.POSITIVE_INFINITY))
    faults.push(fault(line, `'${name}' begins inside of '${before.name}'`));
  if (endMiB !== undefined && endMiB <= startMiB) faults.push(fault(line, `'${name}' ends before it begins`));
  if (diskGiB !== null && endMiB !== undefined && endMiB > diskGiB * 1024)
    faults.push(fault(line, `'${name}' ends at ${endMiB} MiB, the disk has ${diskGiB * 1024}`));
  return faults;
}

function findLastFaults(last: Made | undefined, diskGiB: number | null): KickstartFault[] {
  if (last === undefined) return [];
  const { line, name, startMiB, endMiB } = last;
  if (endMiB !== undefined) return [fault(line, `'${name}' is the last and does not take the rest of the disk (100%)`)];
  const roomMiB = diskGiB === null ? Number.POSITIVE_INFINITY : diskGiB * 1024 - startMiB;
  if (roomMiB >= leastRootGiB * 1024) return [];
  return [
    fault(line, `'${name}' is left with ${Math.max(0, roomMiB)} MiB of the disk, needed are ${leastRootGiB * 1024}`),
  ];
}
