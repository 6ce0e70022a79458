import type { Taint } from './kubernetes-names.ts';

/** One row of the hosts file, judged: what it says can be used as it is. Absent: the row says nothing. */
export interface Host {
  /** Lower case, at most 63 characters, RFC 1123. */
  readonly name: string;
  /** Where it is reached by SSH: a host name or an IPv4 address. */
  readonly address?: string;
  /** Lower case, `00:50:56:00:00:01`. */
  readonly mac?: string;
  /** Name of the network card in the guest, such as `ens192`, where the MAC address is not known. */
  readonly interface?: string;
  /** Static address with its prefix length, `10.0.0.5/24`. */
  readonly ip?: string;
  readonly gateway?: string;
  readonly dns?: readonly string[];
  /** DNS search domains. */
  readonly search?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly maxPods?: number;
  readonly datacenter?: string;
  readonly cluster?: string;
  readonly esxiHost?: string;
  readonly pool?: string;
  readonly folder?: string;
  readonly datastore?: string;
  /** Port group; where it is written as an IPv4 network, the address has to be in it. */
  readonly network?: string;
  readonly template?: string;
  readonly ova?: string;
  readonly libraryItem?: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly diskGiB?: number;
  readonly role?: string;
  readonly description?: string;
  readonly row: HostRow;
}

export interface HostRow {
  /** As messages name it. */
  readonly file: string;
  /** From 1, as it stands in the file; with CSV the header is line 1. */
  readonly line: number;
}
