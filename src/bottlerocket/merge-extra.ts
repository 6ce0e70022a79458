import { FactoryError } from '../core/errors.ts';
import type { SettingTable, SettingValue } from './fleet.ts';

/**
 * A person's settings beside ours. Pure.
 * @throws FactoryError `input.invalid` when one of ours would change: the node depends on it, or it is said elsewhere.
 */
export function mergeExtra(own: SettingTable, extra: SettingTable): SettingTable {
  const clashes: string[] = [];
  const merged = merge(own, extra, [], clashes);
  if (clashes.length === 0) return merged;
  throw new FactoryError('input.invalid', `bottlerocket.settings changes what hnf sets: ${clashes.join(', ')}`, {
    hint: 'Remove it there; labels, taints, the cluster and the name are said in node, cluster and the hosts file.',
  });
}

function merge(own: SettingTable, extra: SettingTable, path: readonly string[], clashes: string[]): SettingTable {
  const merged: Record<string, SettingValue | undefined> = { ...own };
  for (const [key, value] of Object.entries(extra)) {
    const present = Object.hasOwn(own, key) ? own[key] : undefined;
    const at = [...path, key];
    if (present === undefined) merged[key] = value;
    else if (isTable(present) && isTable(value)) merged[key] = merge(present, value, at, clashes);
    else if (JSON.stringify(present) !== JSON.stringify(value)) clashes.push(at.join('.'));
  }
  return merged;
}

function isTable(value: SettingValue | undefined): value is SettingTable {
  return typeof value === 'object' && !Array.isArray(value);
}
