import { readFile, stat } from 'node:fs/promises';
import type { BottlerocketFleet, BottlerocketHost } from '../bottlerocket/fleet.ts';
import { type BottlerocketPayload, buildBottlerocketPayload } from '../bottlerocket/payload.ts';
import { FactoryError, messageOf } from '../core/errors.ts';
import { listPairFaults, type NodeFile } from '../nodeconfig/rules-files.ts';
import type { NodeHost } from '../nodeconfig/settings.ts';
import { type CommandContext, type CommandInput, findText, isSet, listOf } from './command.ts';
import { readHostsFile } from './read-hosts-file.ts';
import { type ResolvedBottlerocket, resolveBottlerocket } from './resolve-bottlerocket.ts';

/**
 * The payloads of all hosts asked for; nothing is handed on unless all are right.
 * @throws FactoryError exit code 2 with everything that is wrong or missing
 */
export async function resolveBottlerocketPayloads(
  context: CommandContext,
  input: CommandInput,
): Promise<BottlerocketPayload[]> {
  const path = findText(input, 'hosts');
  if (path === undefined)
    throw new FactoryError('usage', "--hosts is missing; accepted: a hosts file, or '-' for standard input");
  const hosts = await readHostsFile(path, listOf(input, 'host'), context);
  const resolved = await resolveBottlerocket(context, input);
  const complete = await addCertificates(hosts, resolved, context);
  const redact = isSet(input, 'redact');
  const fleet = redact ? maskFleet(resolved.fleet) : resolved.fleet;
  return complete.map((host) => buildBottlerocketPayload(fleet, redact ? maskHost(host) : host));
}

async function addCertificates(
  hosts: readonly NodeHost[],
  { fleet, files }: ResolvedBottlerocket,
  context: CommandContext,
): Promise<BottlerocketHost[]> {
  if (fleet.credentials.kind === 'ssm') return [...hosts];
  const faults: string[] = [];
  const complete: BottlerocketHost[] = [];
  for (const host of hosts) {
    const certificate = await readPem(files.certificate ?? '', host.name, faults);
    const key = await readPem(files.privateKey ?? '', host.name, faults);
    if (key !== undefined) context.secrets.add(textOf(key));
    for (const fault of listPairFaults({ certificate, key, nodeName: host.name, now: context.clock.now() })) {
      const line = `${host.name}: ${fault.path.join('.')} ${fault.message}`;
      if (fault.severity === 'warning') context.log.warn(line);
      else faults.push(line);
    }
    if (certificate !== undefined && key !== undefined)
      complete.push({ ...host, certificate: textOf(certificate), privateKey: textOf(key) });
  }
  if (faults.length === 0) return complete;
  const count = faults.length === 1 ? '1 thing is' : `${faults.length} things are`;
  throw new FactoryError('input.invalid', `${count} wrong with the certificates`, { details: faults });
}

async function readPem(pattern: string, host: string, faults: string[]): Promise<NodeFile | undefined> {
  const path = pattern.replaceAll('{host}', host);
  try {
    return { content: await readFile(path), mode: (await stat(path)).mode };
  } catch (error) {
    faults.push(`${host}: '${path}' cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

function textOf({ content }: NodeFile): string {
  return Buffer.from(content).toString('utf8');
}

const mask = '<secret>';

function maskFleet(fleet: BottlerocketFleet): BottlerocketFleet {
  if (fleet.credentials.kind !== 'ssm') return fleet;
  return { ...fleet, credentials: { ...fleet.credentials, activationCode: mask } };
}

function maskHost(host: BottlerocketHost): BottlerocketHost {
  return host.privateKey === undefined ? host : { ...host, privateKey: mask };
}
