import { diffPayload } from '../../../flows/userdata/diff-payloads.ts';
import type { FleetPayloads } from '../../../flows/userdata/fleet.ts';
import { listPayloads } from '../../../flows/userdata/list-payloads.ts';
import type { CheckedHosts, HostChoice } from '../../../flows/userdata/read-fleet.ts';
import { renderReview } from '../../../flows/userdata/review.ts';
import type { CommandContext } from '../../command.ts';
import { JsonList } from './json-list.ts';
import { reportRejected } from './report-rejected.ts';

/** Payloads that go to stdout, not to a folder. */
export interface PrintRequest {
  context: CommandContext;
  fleet: FleetPayloads;
  choice: HostChoice;
  /** Its bag learns what is wrong with payloads. */
  checked: CheckedHosts;
  json: boolean;
}

/** One host, decoded, secrets masked. */
export async function printReview(request: PrintRequest): Promise<number> {
  for await (const { host, payload } of payloadsOf(request)) request.context.print(renderReview(host, payload));
  return finish(request);
}

/** cli.md: `[{host, metadataB64, userdataB64, bytes}]` */
export async function printPayloads(request: PrintRequest): Promise<number> {
  const list = new JsonList(request.context);
  for await (const { payload } of payloadsOf(request)) {
    const { host, metadataB64, userdataB64 } = payload;
    list.add({ host, metadataB64, userdataB64, bytes: metadataB64.length + userdataB64.length });
  }
  list.end();
  return finish(request);
}

/** Many hosts and nowhere to put them: what they would be. */
export async function printTable(request: PrintRequest): Promise<number> {
  const { context } = request;
  context.print(`${row('host', 'instance id', 'userdata', 'metadata')}`);
  for await (const { payload } of payloadsOf(request)) {
    const { host, instanceId, userdataB64, metadataB64 } = payload;
    context.print(row(host, instanceId, `${userdataB64.length}`, `${metadataB64.length}`));
  }
  context.progress('-o DIR writes them, --host NAME shows one\n');
  return finish(request);
}

function row(host: string, id: string, userdata: string, metadata: string): string {
  return `${host.padEnd(24)}  ${id.padEnd(37)}  ${userdata.padStart(8)}  ${metadata.padStart(8)}\n`;
}

export async function printDiffs(request: PrintRequest, output: string): Promise<number> {
  const { context, json } = request;
  const list = new JsonList({ printUnmasked: (text) => context.print(text) });
  const counts = { new: 0, changed: 0, unchanged: 0 };
  for await (const { payload } of payloadsOf(request)) {
    const diff = await diffPayload(payload, output);
    counts[diff.change] += 1;
    if (json) list.add(diff);
    else if (diff.change !== 'unchanged') context.print(`${diff.host}: ${diff.change}\n${diff.diff}`);
  }
  if (json) list.end();
  else
    context.print(`${counts.new} new, ${counts.changed} changed, ${counts.unchanged} unchanged; nothing was written\n`);
  return finish(request);
}

function payloadsOf({ checked, fleet }: PrintRequest) {
  return listPayloads(checked, fleet);
}

/** @throws FactoryError `input.invalid` for what was found while rendering, unless `keepGoing` */
function finish({ context, choice, checked: { bag } }: PrintRequest): number {
  for (const warning of bag.listWarnings()) context.log.warn(warning);
  if (!choice.keepGoing) bag.check(choice.source.file, { mayKeepGoing: true });
  return reportRejected(context, bag.errorCount, bag.listErrors());
}
