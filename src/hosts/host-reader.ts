import { findNearest, suggestion } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { CellFault } from './cell.ts';
import { type Column, columnNames, findColumn } from './columns.ts';
import type { FindingsBag } from './findings-bag.ts';
import type { Host } from './host.ts';
import { parseIpv4, parseIpv4Network } from './ipv4.ts';
import { LineTable } from './line-table.ts';
import { findNetworkFaults } from './network-faults.ts';
import type { RawRow } from './raw-row.ts';

/** The same labels stand in many rows: what was read once is not judged again. */
const cachedColumns = ['labels', 'taints', 'dns', 'search', 'gateway'];
const mostCached = 1000;

/** Judges row after row of one file: each by itself, and against those before it. */
export class HostReader {
  readonly #file: string;
  readonly #bag: FindingsBag;
  readonly #names = new LineTable();
  readonly #addresses = new LineTable();
  readonly #macs = new LineTable();
  readonly #caches = new Map(cachedColumns.map((name) => [name, new Map<string, unknown>()]));
  #count = 0;

  constructor(file: string, bag: FindingsBag) {
    this.#file = file;
    this.#bag = bag;
  }

  /** Rows seen, right or wrong. */
  get count(): number {
    return this.#count;
  }

  /** The host of a row; undefined when anything is wrong with it. */
  read(row: RawRow): Host | undefined {
    this.#count += 1;
    const before = this.#bag.errorCount;
    const host: Record<string, unknown> = {};
    let hasName = false;
    for (const [name, value] of row.fields) {
      const column = findColumn(name);
      hasName ||= name === 'name';
      if (column === undefined) this.#reportUnknown(row, name);
      else this.#readCell(row, column, value, host);
    }
    host['row'] = { file: this.#file, line: row.line };
    const made = host as unknown as Host;
    if (!hasName) this.#report(row, 'name', 'is missing; accepted: a name of its own');
    for (const { column, message } of findNetworkFaults(made)) this.#report(row, column, message);
    this.#findRepeated(row, made);
    return this.#bag.errorCount === before ? made : undefined;
  }

  #readCell(row: RawRow, column: Column, value: unknown, host: Record<string, unknown>): void {
    const cell = this.#readCached(column, value);
    if (cell instanceof CellFault) for (const reason of cell.reasons) this.#report(row, column.name, reason);
    else host[column.name] = cell;
  }

  #readCached(column: Column, value: unknown): unknown {
    const cache = typeof value === 'string' ? this.#caches.get(column.name) : undefined;
    if (cache === undefined || typeof value !== 'string') return column.read(value);
    const known = cache.get(value);
    if (known !== undefined) return known;
    // A copy: a part of a piece of the file would keep the whole piece in memory.
    const own = Buffer.from(value).toString();
    const cell = column.read(own);
    if (cache.size >= mostCached) cache.clear();
    cache.set(own, cell);
    return cell;
  }

  #findRepeated(row: RawRow, host: Host): void {
    const { name, ip, address, mac } = host;
    if (name !== undefined) {
      const line = this.#names.rememberText(name.toLowerCase(), row.line);
      this.#reportRepeated(row, 'name', name, line);
    }
    const own = parseIpv4Network(ip ?? '')?.address;
    if (own !== undefined && ip !== undefined) {
      const line = this.#addresses.remember(own, 0, 0, row.line);
      this.#reportRepeated(row, 'ip', ip, line);
    }
    if (address !== undefined && parseIpv4(address) !== own) {
      const number = parseIpv4(address);
      const key = address.toLowerCase();
      const line =
        number === undefined
          ? this.#addresses.rememberText(key, row.line)
          : this.#addresses.remember(number, 0, 0, row.line);
      this.#reportRepeated(row, 'address', address, line);
    }
    if (mac !== undefined) {
      // `00:50:56:00:00:01` as cell-network.ts gives it back.
      const [high, low] = [Number.parseInt(mac.slice(0, 2), 16), Number.parseInt(mac.slice(3).replaceAll(':', ''), 16)];
      const line = this.#macs.remember(low % 0x100000000, Math.floor(low / 0x100000000) * 256 + high, 0, row.line);
      this.#reportRepeated(row, 'mac', mac, line);
    }
  }

  #reportRepeated(row: RawRow, column: string, value: string, line: number | undefined): void {
    if (line === undefined) return;
    this.#report(row, column, `${quote(value)} is in line ${line} as well; accepted: each ${repeatable[column]} once`);
  }

  #reportUnknown(row: RawRow, name: string): void {
    const nearest = findNearest(name, columnNames);
    const accepted = nearest === undefined ? `; accepted: ${columnNames.join(', ')}` : suggestion(name, columnNames);
    this.#report(row, name.slice(0, 60), `unknown key${accepted}`);
  }

  #report({ line, prefix }: RawRow, column: string, message: string): void {
    this.#bag.add({ severity: 'error', file: this.#file, line, path: `${prefix}${column}`, message });
  }
}

const repeatable: Readonly<Record<string, string>> = {
  name: 'name',
  ip: 'address',
  address: 'address',
  mac: 'MAC address',
};
