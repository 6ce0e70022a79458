import type { Arch } from '../../catalog/image-spec.ts';
import { type Options, readOptions } from './check-language.ts';
import { findPartedFaults } from './check-parted.ts';
import { namedOf } from './check-whole.ts';
import { type KickstartFault, kickstartFault } from './fault.ts';
import type { ParsedKickstart, Statement } from './parse.ts';

/** Least sizes in MiB, where a command says one. */
const leastMiB: Readonly<Record<string, number>> = { biosboot: 1, '/boot/efi': 200, '/boot': 512, '/': 8192 };

interface Part {
  statement: Statement;
  mount: string;
  options: Options;
}

/** Partitions of a node: no swap, no LVM (growpart cannot grow it), GPT, room for both firmwares, root last. */
export function findLayoutFaults(parsed: ParsedKickstart, arch: Arch, diskGiB: number | null): KickstartFault[] {
  const parts = namedOf(parsed, 'part', 'partition').map(readPart);
  return [
    ...findVolumeFaults(parsed),
    ...namedOf(parsed, 'autopart').flatMap(findAutopartFaults),
    ...parts.flatMap(findPartFaults),
    ...findTableFaults(parsed, parts),
    ...(parts.length > 0 ? [...findMissingParts(parsed, parts, arch), ...findOrderFaults(parts)] : []),
    ...findRepeatedMounts(parts),
    ...findPartedFaults(parsed, diskGiB),
    ...(diskGiB === null ? [] : findSpaceFaults(parts, diskGiB)),
  ];
}

function readPart(statement: Statement): Part {
  const { options, words } = readOptions(statement);
  return { statement, mount: words[0] ?? '', options };
}

function layoutFault({ line }: Statement, message: string): KickstartFault {
  return kickstartFault('layout', line, message);
}

function findVolumeFaults(parsed: ParsedKickstart): KickstartFault[] {
  return namedOf(parsed, 'volgroup', 'logvol', 'raid', 'btrfs').map((statement) =>
    layoutFault(statement, `'${statement.name}': growpart cannot grow it on the node's own disk`),
  );
}

function findAutopartFaults(statement: Statement): KickstartFault[] {
  const { options } = readOptions(statement);
  const isPlain = options.get('--type') === 'plain' || options.has('--nolvm');
  return [
    ...(options.has('--noswap')
      ? []
      : [layoutFault(statement, "'autopart' makes swap (--noswap): kubelet does not start")]),
    ...(isPlain ? [] : [layoutFault(statement, "'autopart' makes LVM (--type=plain): growpart cannot grow it")]),
    ...(options.has('--nohome')
      ? []
      : [layoutFault(statement, "'autopart' may make /home (--nohome): root is not last")]),
  ];
}

function findPartFaults({ statement, mount, options }: Part): KickstartFault[] {
  const isSwap = mount === 'swap' || options.get('--fstype') === 'swap';
  if (isSwap) return [layoutFault(statement, `'${statement.name} ${mount}': kubelet does not start beside swap`)];
  if (/^(pv|raid|btrfs)\./.test(mount)) return [layoutFault(statement, `'${mount}' cannot be grown by growpart`)];
  const placed = ['--onpart', '--usepart', '--size', '--recommended'].some((name) => options.has(name));
  if (!placed) return [layoutFault(statement, `'${statement.name} ${mount}' has neither --size nor --onpart`)];
  const least = leastMiB[mount];
  const sizeMiB = Number(options.get('--size') ?? Number.NaN);
  if (least === undefined || Number.isNaN(sizeMiB) || sizeMiB >= least) return [];
  return [layoutFault(statement, `'${mount}' has ${sizeMiB} MiB, needed are ${least}`)];
}

function findTableFaults(parsed: ParsedKickstart, parts: readonly Part[]): KickstartFault[] {
  const makesTable = parts.some(({ options }) => options.has('--size')) || namedOf(parsed, 'autopart').length > 0;
  const [clearpart] = namedOf(parsed, 'clearpart');
  if (!makesTable) return [];
  if (clearpart === undefined)
    return [kickstartFault('missing', 1, "'clearpart' is missing: the disk may not be empty")];
  const label = readOptions(clearpart).options.get('--disklabel');
  return label === 'gpt' ? [] : [layoutFault(clearpart, "'clearpart': --disklabel=gpt is missing")];
}

function findMissingParts(parsed: ParsedKickstart, parts: readonly Part[], arch: Arch): KickstartFault[] {
  const required = namedOf(parsed, 'reqpart').length > 0;
  const ofFirmware = arch === 'amd64' ? ['biosboot', '/boot/efi'] : ['/boot/efi'];
  const wanted = required ? ['/'] : [...ofFirmware, '/'];
  const missing = wanted.filter((mount) => !parts.some((part) => part.mount === mount));
  const line = parts[0]?.statement.line ?? 1;
  return missing.map((mount) => kickstartFault('layout', line, `there is no partition '${mount}' (or 'reqpart')`));
}

function findOrderFaults(parts: readonly Part[]): KickstartFault[] {
  const last = parts.at(-1);
  const root = parts.find(({ mount }) => mount === '/');
  if (root === undefined || last === undefined) return [];
  const faults: KickstartFault[] = [];
  if (root !== last)
    faults.push(layoutFault(root.statement, "'/' is not the last partition: growpart has no room behind it"));
  if (root.options.has('--size') && !root.options.has('--grow')) {
    faults.push(layoutFault(root.statement, "'/' does not take the rest of the disk (--grow)"));
  }
  return faults;
}

function findRepeatedMounts(parts: readonly Part[]): KickstartFault[] {
  const isMounted = ({ mount }: Part) => mount.startsWith('/');
  const repeated = parts.filter(
    (part, at) => isMounted(part) && parts.findIndex(({ mount }) => mount === part.mount) < at,
  );
  return repeated.map(({ statement, mount }) => layoutFault(statement, `'${mount}' is there twice`));
}

function findSpaceFaults(parts: readonly Part[], diskGiB: number): KickstartFault[] {
  const sizes = parts.map(({ options }) => Number(options.get('--size') ?? 0)).filter((size) => !Number.isNaN(size));
  const totalMiB = sizes.reduce((sum, size) => sum + size, 0);
  const [first] = parts;
  if (first === undefined || totalMiB <= diskGiB * 1024) return [];
  return [layoutFault(first.statement, `the partitions need ${totalMiB} MiB, the disk has ${diskGiB * 1024}`)];
}
