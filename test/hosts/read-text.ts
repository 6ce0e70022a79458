import { FindingsBag } from '../../src/hosts/findings-bag.ts';
import type { Host } from '../../src/hosts/host.ts';
import { readHosts } from '../../src/hosts/read-hosts.ts';
import type { HostFormat } from '../../src/hosts/source.ts';

export interface ReadText {
  hosts: Host[];
  errors: string[];
  bag: FindingsBag;
}

/** Reads a hosts file's text in pieces of `pieceBytes`. */
export async function readText(text: string | Uint8Array, format: HostFormat, pieceBytes = 65_536): Promise<ReadText> {
  const bag = new FindingsBag();
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  async function* open() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const hosts: Host[] = [];
  for await (const batch of readHosts({ file: `hosts.${format}`, format, open }, bag)) hosts.push(...batch);
  return { hosts, errors: bag.listErrors(), bag };
}
