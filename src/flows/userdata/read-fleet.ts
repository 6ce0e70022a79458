import { quote } from '../../config/findings.ts';
import { keepYoungSpaceSmall } from '../../core/young-space.ts';
import { needsPattern } from '../../guestinfo/network.ts';
import { FindingsBag } from '../../hosts/findings-bag.ts';
import type { Host } from '../../hosts/host.ts';
import { HostFilter } from '../../hosts/host-filter.ts';
import { readHosts } from '../../hosts/read-hosts.ts';
import type { HostSource } from '../../hosts/source.ts';
import { findSessionNameFault } from '../../nodeconfig/rules-iam-ra.ts';
import type { FleetPayloads, HostDefaults } from './fleet.ts';
import { withDefaults } from './make-payload.ts';

export interface HostChoice {
  source: HostSource;
  /** Only these hosts; undefined: all of them. The whole file is judged either way. */
  only?: readonly string[] | undefined;
  keepGoing: boolean;
  signal: AbortSignal;
}

/** A hosts file that was read once from its beginning to its end. */
export interface CheckedHosts {
  /** Right rows, of those that were asked for. */
  count: number;
  bag: FindingsBag;
  /** What makes no row wrong. */
  warnings: string[];
  /** The right ones of the hosts asked for, in the file's order; may be asked for as often as need be. */
  list(): AsyncIterable<readonly Host[]>;
}

/** What hosts are judged by beside their rows. */
type JudgedFleet = Pick<FleetPayloads, 'defaults' | 'node'>;

/** So many hosts are kept; of more, the file is read again. */
const mostKept = 20_000;

/**
 * Reads the whole file and judges every row, before anything is made of any; with `fleet`, also beside what holds for all.
 * @throws FactoryError `input.invalid` with everything that is wrong, unless it is rows only and `keepGoing`; for hosts that are not in it
 */
export async function checkHosts(choice: HostChoice, fleet?: JudgedFleet): Promise<CheckedHosts> {
  const { source, keepGoing, signal } = choice;
  keepYoungSpaceSmall();
  const filter = new HostFilter(choice.only);
  const bag = new FindingsBag();
  const notes = new NetworkNotes(fleet?.defaults);
  const kept: Host[] = [];
  let count = 0;
  for await (const hosts of readHosts(source, bag, signal)) {
    for (const host of hosts) {
      if (!filter.takes(host) || !isFit(host, fleet, bag)) continue;
      notes.add(host);
      count += 1;
      if (count <= mostKept) kept.push(host);
      else kept.length = 0;
    }
  }
  if (bag.errorCount > 0 && (bag.isFileWrong || !keepGoing)) bag.check(source.file, { mayKeepGoing: true });
  filter.check(source.file, bag);
  const list = () => (count > mostKept ? readAgain(choice, fleet) : inBatches(kept));
  return { count, bag, warnings: notes.list(), list };
}

/** False for a host that is right by itself and cannot be a node of this fleet; the bag is told. */
function isFit({ name, row }: Host, fleet: JudgedFleet | undefined, bag: FindingsBag): boolean {
  const fault = fleet?.node.credentials.kind === 'iam-ra' ? findSessionNameFault(name) : undefined;
  if (fault !== undefined) bag.add({ severity: 'error', ...row, path: 'name', message: `${quote(name)} ${fault}` });
  return fault === undefined;
}

const batchSize = 500;

async function* inBatches(hosts: readonly Host[]): AsyncGenerator<readonly Host[]> {
  for (let at = 0; at < hosts.length; at += batchSize) yield hosts.slice(at, at + batchSize);
}

/** A file that was judged before; what has changed meanwhile is judged too. */
async function* readAgain(choice: HostChoice, fleet: JudgedFleet | undefined): AsyncGenerator<readonly Host[]> {
  const { source, only, keepGoing, signal } = choice;
  const bag = new FindingsBag();
  const filter = new HostFilter(only);
  for await (const hosts of readHosts(source, bag, signal))
    yield hosts.filter((host) => filter.takes(host) && isFit(host, fleet, bag));
  if (!keepGoing || bag.isFileWrong) bag.check(source.file, { mayKeepGoing: true });
}

/** Networks that work on some systems only; many hosts have the same, so each thing is said once. */
class NetworkNotes {
  readonly #defaults: HostDefaults | undefined;
  readonly #notes = new Map<string, { first: string; count: number }>();

  constructor(defaults: HostDefaults | undefined) {
    this.#defaults = defaults;
  }

  add(host: Host): void {
    if (this.#defaults === undefined) return;
    if (host.ip === undefined && host.dns === undefined && host.search === undefined) return;
    const full = withDefaults(host, this.#defaults);
    if (needsPattern(full)) this.#count(patternNote, host.name);
    if (full.ip !== undefined && full.gateway === undefined) this.#count(gatewayNote, host.name);
    if (full.ip === undefined) this.#count(serversNote, host.name);
  }

  list(): string[] {
    return [...this.#notes].map(([note, { first, count }]) => {
      const who = count === 1 ? `'${first}' has` : `${count} hosts ('${first}' is the first) have`;
      return `${who} ${note}`;
    });
  }

  #count(note: string, host: string): void {
    const known = this.#notes.get(note);
    if (known === undefined) this.#notes.set(note, { first: host, count: 1 });
    else known.count += 1;
  }
}

const patternNote =
  'network settings and neither mac nor interface: the card is found by the pattern e*, which netplan and networkd know (Ubuntu, Debian) and RHEL and AL2023 do not';
const serversNote = 'dns or search and no ip: beside DHCP, older cloud-init drops them on RHEL and AL2023';
const gatewayNote = 'an ip and no gateway: only its own network will be reached';
