import { join } from 'node:path';
import type { BottlerocketPayload } from '../../bottlerocket/payload.ts';
import { type HostFile, isUnchanged, writeFolder } from '../host-folders/folder.ts';
import { checkOutput, withStage } from '../host-folders/stage.ts';

/** Every name hnf has ever given to a file of a host's folder; others are somebody else's. */
const ownNames: readonly string[] = ['settings.toml', 'userdata.b64', 'guestinfo.json'];

export interface WrittenPayloads {
  /** Hosts, in their order. */
  written: string[];
  unchanged: string[];
}

/**
 * `<output>/<host>/settings.toml`, `userdata.b64` and `guestinfo.json`, all 0600 in folders of 0700: all hosts' or none.
 * @throws FactoryError `input.invalid` when something else stands where a folder goes, `io.failed`, `space.low`, `interrupted`
 */
export async function writeBottlerocketPayloads(
  payloads: readonly BottlerocketPayload[],
  { output, dryRun, signal }: { output: string; dryRun: boolean; signal: AbortSignal },
): Promise<WrittenPayloads> {
  await checkOutput(output);
  const result: WrittenPayloads = { written: [], unchanged: [] };
  const write = (stage: string | undefined) => {
    for (const payload of payloads) {
      const { host } = payload;
      const files = listFiles(payload);
      const same = isUnchanged(join(output, host), files, ownNames);
      if (!same && stage !== undefined) writeFolder(join(stage, host), files);
      result[same ? 'unchanged' : 'written'].push(host);
    }
  };
  if (dryRun) write(undefined);
  else
    await withStage(output, ownNames, async (stage) => {
      write(stage.folder);
      if (result.written.length > 0) await stage.place(result.written, signal);
    });
  return result;
}

function listFiles({ toml, userdataB64, guestinfo }: BottlerocketPayload): HostFile[] {
  return [
    { name: 'settings.toml', content: toml },
    { name: 'userdata.b64', content: userdataB64 },
    { name: 'guestinfo.json', content: `${JSON.stringify(guestinfo, null, 2)}\n` },
  ];
}
