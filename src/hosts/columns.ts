import { quote } from '../config/findings.ts';
import { asText, CellFault, type ReadCell } from './cell.ts';
import { readLabels, readName, readTaints } from './cell-kubernetes.ts';
import { readAddress, readDns, readDomains, readInterface, readIp, readIpv4, readMac } from './cell-network.ts';
import type { Host } from './host.ts';

/** A column of a CSV file, or a key of a host in YAML and JSON. */
export interface Column {
  name: Exclude<keyof Host, 'row'>;
  /** For docs and messages, one clause. */
  description: string;
  read: ReadCell<unknown>;
}

/** vSphere's longest name of an object. */
const longestName = 80;
const longestPath = 1024;
const notUtf8 = 'has bytes that are no UTF-8; accepted: a file saved as UTF-8';

export const columns: readonly Column[] = [
  { name: 'name', description: 'name of the machine and, with IAM Roles Anywhere, of the node', read: readName },
  { name: 'address', description: 'where SSH reaches it, if not by its ip', read: readAddress },
  { name: 'mac', description: 'MAC address of its network card', read: readMac },
  {
    name: 'interface',
    description: 'name of its network card in the guest, where there is no mac',
    read: readInterface,
  },
  { name: 'ip', description: 'static IPv4 address with prefix length; without one it asks DHCP', read: readIp },
  { name: 'gateway', description: 'default gateway', read: readIpv4 },
  { name: 'dns', description: 'DNS servers, with commas between', read: readDns },
  { name: 'search', description: 'DNS search domains, with commas between', read: readDomains },
  { name: 'labels', description: 'key=value,key=value', read: readLabels },
  { name: 'taints', description: 'key=value:Effect,…', read: readTaints },
  { name: 'maxPods', description: 'most pods on the node', read: whole(1, 2500) },
  { name: 'datacenter', description: 'datacenter of the vCenter', read: line(longestName) },
  { name: 'cluster', description: 'compute cluster', read: line(longestPath) },
  { name: 'esxiHost', description: 'ESXi host, in place of a cluster', read: line(longestPath) },
  { name: 'pool', description: 'resource pool', read: line(longestPath) },
  { name: 'folder', description: 'inventory folder', read: line(longestPath) },
  { name: 'datastore', description: 'datastore', read: line(longestPath) },
  { name: 'network', description: 'port group', read: line(longestPath) },
  { name: 'template', description: 'template it is cloned from', read: line(longestPath) },
  { name: 'ova', description: 'OVA it is made from, in place of a template', read: line(longestPath) },
  {
    name: 'libraryItem',
    description: 'content library item it is made from, in place of a template',
    read: line(longestPath),
  },
  { name: 'cpus', description: 'processors', read: whole(1, 768) },
  { name: 'memoryMiB', description: 'memory in MiB', read: whole(512, 25_165_824) },
  { name: 'diskGiB', description: 'disk in GiB', read: whole(1, 63_488) },
  { name: 'role', description: "what it is for, in the reader's words", read: line(253) },
  { name: 'description', description: 'free text', read: freeText },
];

const byName = new Map<string, Column>(columns.map((column) => [column.name, column]));
export const columnNames: readonly string[] = columns.map(({ name }) => name);

export function findColumn(name: string): Column | undefined {
  return byName.get(name);
}

/** A whole number, in CSV as text. */
function whole(least: number, most: number): ReadCell<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,12}$/.test(value.trim()) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most) return number;
    return new CellFault(`${quote(value)} is not accepted; accepted: a whole number from ${least} to ${most}`);
  };
}

/** Text on one line. */
function line(most: number): ReadCell<string> {
  return (value) => {
    const text = asText(value);
    if (typeof text !== 'string') return text;
    if (text.length > most)
      return new CellFault(`${quote(text)} has ${text.length} characters; accepted: at most ${most}`);
    if (text.includes('\uFFFD')) return new CellFault(notUtf8);
    return /\p{Cc}/u.test(text)
      ? new CellFault(`${quote(text)} has control characters; accepted: text on one line`)
      : text;
  };
}

function freeText(value: unknown): string | CellFault {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : asText(value);
  if (typeof text !== 'string') return text;
  if (text.includes('\uFFFD')) return new CellFault(notUtf8);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? new CellFault('has control characters; accepted: text') : text;
}
