import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RenderedFleet } from '../../../flows/userdata/render-fleet.ts';
import type { CommandContext } from '../../command.ts';
import { formatWritten, listNamed } from '../../view/format-written.ts';
import { JsonList } from './json-list.ts';

export function formatRendered(rendered: RenderedFleet, dryRun: boolean): string {
  const { leftovers } = rendered;
  const written = formatWritten({ ...rendered, dryRun });
  if (leftovers.length === 0) return written;
  return `${written}not in the hosts file any more, and left where they are: ${listNamed(leftovers).join(', ')}\n`;
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
