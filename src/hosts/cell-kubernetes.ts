import { quote } from '../config/findings.ts';
import { asText, asTexts, CellFault, type ReadCell } from './cell.ts';
import { parseIpv4 } from './ipv4.ts';
import {
  findLabelFault,
  findNodeNameFault,
  findTaintFault,
  formatTaint,
  parseTaint,
  type Taint,
  taintEffects,
} from './kubernetes-names.ts';
import { isMap } from './object-fields.ts';

export const readName: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  const fault = findNodeNameFault(text);
  if (fault !== undefined) return new CellFault(`${quote(text)} ${fault}`);
  if (text === 'localhost') return new CellFault(`'localhost' is every machine's; accepted: another name`);
  // cloud-init would make `ip-10-0-0-5` of it.
  return parseIpv4(text) === undefined ? text : new CellFault(`${quote(text)} is an address; accepted: a name`);
};

/** `key=value,key=value`, or a map. */
export const readLabels: ReadCell<Readonly<Record<string, string>>> = (value) => {
  const entries = isMap(value) ? Object.entries(value) : labelEntries(value);
  if (entries instanceof CellFault) return entries;
  const labels: Record<string, string> = {};
  const reasons: string[] = [];
  for (const [key, given] of entries) {
    const text = given === null ? '' : asText(given);
    if (typeof text !== 'string') {
      reasons.push(...text.reasons.map((reason) => `label ${quote(key)}: ${reason}`));
      continue;
    }
    const fault = Object.hasOwn(labels, key) ? 'is there twice; accepted: each label once' : findLabelFault(key, text);
    if (fault !== undefined) reasons.push(`label ${quote(`${key}=${text}`)} ${fault}`);
    labels[key] = text;
  }
  return reasons.length > 0 ? new CellFault(...reasons) : labels;
};

function labelEntries(value: unknown): [string, unknown][] | CellFault {
  const texts = asTexts(value);
  if (texts instanceof CellFault) return texts;
  const wrong = texts.filter((text) => !text.includes('='));
  if (wrong.length > 0)
    return new CellFault(
      ...wrong.map((text) => `label ${quote(text)} has no value; accepted: key=value, with commas between`),
    );
  return texts.map((text) => [text.slice(0, text.indexOf('=')).trim(), text.slice(text.indexOf('=') + 1).trim()]);
}

/** `key=value:Effect,…`, a list of such, or of maps with key, value and effect. */
export const readTaints: ReadCell<readonly Taint[]> = (value) => {
  const parts: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  const taints: Taint[] = [];
  const reasons: string[] = [];
  for (const part of parts) {
    if (typeof part === 'string' && part.trim() === '') continue;
    const taint = readTaint(part);
    if (taint instanceof CellFault) reasons.push(...taint.reasons);
    else if (taints.some(({ key, effect }) => key === taint.key && effect === taint.effect))
      reasons.push(`taint ${quote(formatTaint(taint))} is there twice; accepted: each key with an effect once`);
    else taints.push(taint);
  }
  return reasons.length > 0 ? new CellFault(...reasons) : taints;
};

function readTaint(part: unknown): Taint | CellFault {
  const shown = quote(typeof part === 'string' ? part.trim() : part);
  const read = typeof part === 'string' ? parseTaint(part.trim()) : taintFromMap(part);
  if (read === undefined)
    return new CellFault(
      `taint ${shown} is not understood; accepted: key=value:Effect, the effect one of ${taintEffects.join(', ')}`,
    );
  const fault = findTaintFault(read);
  return fault === undefined ? (read as Taint) : new CellFault(`taint ${shown} ${fault}`);
}

function taintFromMap(part: unknown): { key: string; value: string; effect: string } | undefined {
  if (!isMap(part)) return undefined;
  const { key, value = '', effect, ...rest } = part;
  if (typeof key !== 'string' || typeof value !== 'string' || typeof effect !== 'string') return undefined;
  return Object.keys(rest).length > 0 ? undefined : { key, value, effect };
}
