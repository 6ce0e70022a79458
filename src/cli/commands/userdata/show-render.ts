import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderedFleet } from '../../../flows/userdata/render-fleet.ts';
import type { CommandContext } from '../../command.ts';
import { JsonList } from './json-list.ts';

const mostNamed = 10;

export function formatRendered(rendered: RenderedFleet, dryRun: boolean): string {
  const { output, written, unchanged, leftovers } = rendered;
  const would = dryRun ? 'would write' : 'wrote';
  const lines = [`${would} ${count(written.length)}, ${unchanged.length.toLocaleString('en')} unchanged, in ${output}`];
  if (dryRun) lines.push(...named(written));
  if (leftovers.length > 0)
    lines.push(`not in the hosts file any more, and left where they are: ${named(leftovers).join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function count(hosts: number): string {
  return hosts === 1 ? 'the payload of 1 host' : `the payloads of ${hosts.toLocaleString('en')} hosts`;
}

function named(names: readonly string[]): string[] {
  const sorted = names.toSorted();
  const rest = sorted.length - mostNamed;
  return [...sorted.slice(0, mostNamed), ...(rest > 0 ? [`… and ${rest.toLocaleString('en')} more`] : [])];
}

/** The JSON of what was written, read back from the folders: a fleet of any size is never whole in memory. */
export async function printRendered(
  { output, checked, written, unchanged }: RenderedFleet,
  dryRun: boolean,
  context: CommandContext,
): Promise<void> {
  const list = new JsonList(context);
  const fresh = new Set(written);
  const done = new Set([...written, ...unchanged]);
  for await (const hosts of checked.list()) {
    for (const { name } of hosts) {
      if (!done.has(name)) continue;
      if (dryRun) list.add({ host: name, change: fresh.has(name) ? 'write' : 'unchanged' });
      else list.add(await readBack(join(output, name), name));
    }
  }
  list.end();
}

async function readBack(folder: string, host: string): Promise<unknown> {
  const [metadataB64, userdataB64] = await Promise.all(
    ['metadata.b64', 'userdata.b64'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { host, metadataB64, userdataB64, bytes: (metadataB64?.length ?? 0) + (userdataB64?.length ?? 0) };
}
