import { withTempDir } from '../core/temp.ts';
import { FindingsBag } from '../hosts/findings-bag.ts';
import type { Host } from '../hosts/host.ts';
import { HostFilter } from '../hosts/host-filter.ts';
import { readHosts } from '../hosts/read-hosts.ts';
import { openHosts } from '../hosts/source.ts';
import type { CommandContext } from './command.ts';

/**
 * The hosts of a file, each judged; `only` picks some of them, and the whole file is judged either way.
 * @throws FactoryError `input.invalid` with every wrong row, or for hosts that are not in it; `input.not-found`
 */
export async function readHostsFile(
  path: string,
  only: readonly string[],
  { cwd, stdin, signal, log }: Pick<CommandContext, 'cwd' | 'stdin' | 'signal' | 'log'>,
): Promise<Host[]> {
  return withTempDir('hnf-hosts', async (temporary) => {
    const source = await openHosts({ path, cwd, stdin, temporary, signal });
    const bag = new FindingsBag();
    const filter = new HostFilter(only);
    const found: Host[] = [];
    for await (const hosts of readHosts(source, bag, signal)) {
      for (const host of hosts) if (filter.takes(host)) found.push(host);
    }
    bag.check(source.file);
    for (const line of bag.listWarnings()) log.warn(line);
    filter.check(source.file, bag);
    return found;
  });
}
