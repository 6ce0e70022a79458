import { findNearest } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { FactoryError } from '../core/errors.ts';
import { withTempDir } from '../core/temp.ts';
import { FindingsBag } from '../hosts/findings-bag.ts';
import type { Host } from '../hosts/host.ts';
import { readHosts } from '../hosts/read-hosts.ts';
import { openHosts } from '../hosts/source.ts';
import type { CommandContext } from './command.ts';

/** Names kept to say what was meant. */
const mostNames = 20_000;

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
    const chosen = new Set(only);
    const names: string[] = [];
    const found: Host[] = [];
    for await (const hosts of readHosts(source, bag, signal)) {
      for (const host of hosts) {
        if (names.length < mostNames) names.push(host.name);
        if (chosen.size === 0 || chosen.has(host.name)) found.push(host);
      }
    }
    bag.check(source.file);
    for (const line of bag.listWarnings()) log.warn(line);
    checkFound(chosen, found, names, source.file);
    return found;
  });
}

function checkFound(chosen: ReadonlySet<string>, found: readonly Host[], names: readonly string[], file: string): void {
  const missing = [...chosen].find((name) => !found.some((host) => host.name === name));
  if (missing === undefined) return;
  const nearest = findNearest(missing, names);
  const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
  throw new FactoryError('input.invalid', `there is no host ${quote(missing)} in ${file}${meant}`);
}
