import { FactoryError } from '../core/errors.ts';
import { findReservedBlock, parseIpv4, parseIpv4Network } from '../hosts/ipv4.ts';
import {
  findLabelFault,
  findNodeNameFault,
  findTaintFault,
  parseTaint,
  type Taint,
} from '../hosts/kubernetes-names.ts';
import type { NodeHost } from '../nodeconfig/settings.ts';
import { type CommandInput, findText, listOf } from './command.ts';

/**
 * One host as it stands on the command line.
 * @throws FactoryError `usage` with everything that is wrong.
 */
export function readHost(input: CommandInput): NodeHost {
  const faults: string[] = [];
  const name = findText(input, 'host') ?? '';
  const nameFault = name === '' ? undefined : findNodeNameFault(name);
  if (nameFault !== undefined) faults.push(`--host: '${name}' ${nameFault}`);
  const labels = Object.fromEntries(listOf(input, 'label').flatMap((text) => readLabel(text, faults)));
  const taints = listOf(input, 'taint').flatMap((text) => readTaint(text, faults));
  const ip = findText(input, 'ip');
  const ipFault = ip === undefined ? undefined : findAddressFault(ip);
  if (ipFault !== undefined) faults.push(`--ip: '${ip}' ${ipFault}`);
  const pods = findText(input, 'maxPods');
  if (pods !== undefined && !/^[1-9]\d{0,3}$/.test(pods)) faults.push(`--max-pods: '${pods}' is no number of pods`);
  if (faults.length > 0)
    throw new FactoryError('usage', faults.length === 1 ? (faults[0] ?? '') : `${faults.length} options are wrong`, {
      details: faults.length === 1 ? [] : faults,
    });
  return { name, labels, taints, ip, maxPods: pods === undefined ? undefined : Number(pods) };
}

/** With a prefix length as well, as hosts files have it. */
function findAddressFault(ip: string): string | undefined {
  const address = parseIpv4(ip) ?? parseIpv4Network(ip)?.address;
  return address === undefined ? 'is no IPv4 address; accepted: such as 10.0.0.5' : findReservedBlock(address);
}

function readLabel(text: string, faults: string[]): [string, string][] {
  const [key = '', value = '', ...more] = text.split('=');
  const fault = more.length > 0 ? 'has two equals signs; accepted: key=value' : findLabelFault(key, value);
  if (fault !== undefined) faults.push(`--label: '${key}' ${fault}`);
  return [[key, value]];
}

function readTaint(text: string, faults: string[]): Taint[] {
  const taint = parseTaint(text);
  const fault = taint === undefined ? 'is no taint; accepted: key=value:Effect' : findTaintFault(taint);
  if (fault !== undefined) faults.push(`--taint: '${text}' ${fault}`);
  return taint === undefined ? [] : [taint as Taint];
}
