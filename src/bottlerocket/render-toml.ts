import { tomlString } from '../core/quote/toml.ts';
import type { SettingTable, SettingValue } from './fleet.ts';

/** A document as TOML 1.0: values of a table first, then its tables; the same document gives the same text. Pure. */
export function renderToml(document: SettingTable): string {
  return `${renderTable(document, []).join('\n\n')}\n`;
}

/** One block per table that has values of its own, or nothing at all. */
function renderTable(table: SettingTable, path: readonly string[]): string[] {
  const entries = Object.entries(table).filter((entry): entry is [string, SettingValue] => entry[1] !== undefined);
  const values = entries.filter(([, value]) => !isTable(value));
  const lines = values.map(([key, value]) => `${renderKey(key)} = ${renderValue(value)}`);
  const tables = entries.flatMap(([key, value]) => (isTable(value) ? renderTable(value, [...path, key]) : []));
  const header = path.length === 0 ? [] : [`[${path.map(renderKey).join('.')}]`];
  const own = lines.length > 0 || entries.length === 0 ? [[...header, ...lines].join('\n')] : [];
  return [...own.filter((block) => block !== ''), ...tables];
}

function renderKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function renderValue(value: SettingValue): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'number') return renderNumber(value);
  if (typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(renderValue).join(', ')}]`;
  const pairs = Object.entries(value as SettingTable).flatMap(([key, item]) =>
    item === undefined ? [] : [`${renderKey(key)} = ${renderValue(item)}`],
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** A float has a point or an exponent; `1e21` is one to TOML as well. */
function renderNumber(value: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  return /[.e]/.test(text) ? text.replace('e+', 'e') : `${text}.0`;
}

function isTable(value: SettingValue): value is SettingTable {
  return typeof value === 'object' && !Array.isArray(value);
}
