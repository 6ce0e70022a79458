import { FactoryError } from '../core/errors.ts';
import { yamlString } from '../core/quote/yaml.ts';
import type { Json, NodeConfig } from './types.ts';

/** A key that no reader of YAML takes for anything but text. */
const plainKey = /^[a-z][A-Za-z0-9]{2,60}$/;
const words = /^(yes|no|on|off|true|false|null)$/i;

/** PyYAML reads no longer one. */
const longestKey = 1000;

/**
 * A NodeConfig as YAML that nodeadm and PyYAML read alike: every text in double quotes, keys in the order given, nothing folded. The same
 * config gives the same text. Pure.
 * @throws FactoryError `input.invalid` for text no file can carry: NUL, half of a surrogate pair.
 */
export function renderNodeConfig(config: NodeConfig): string {
  return renderMap(config as unknown as Fields, '');
}

type Fields = Readonly<Record<string, Json | undefined>>;

function renderMap(map: Fields, indent: string): string {
  let text = '';
  for (const [key, value] of Object.entries(map)) {
    if (value === undefined) continue;
    text += `${indent}${renderKey(key)}:${renderValue(value, indent)}`;
  }
  return text;
}

/** What follows a colon or a hyphen, with the end of its line. */
function renderValue(value: Json, indent: string): string {
  if (value === null || typeof value !== 'object') return ` ${renderScalar(value)}\n`;
  if (Array.isArray(value)) return renderList(value, indent);
  const map = value as Fields;
  const isEmpty = !Object.values(map).some((item) => item !== undefined);
  return isEmpty ? ' {}\n' : `\n${renderMap(map, `${indent}  `)}`;
}

function renderList(list: readonly Json[], indent: string): string {
  if (list.length === 0) return ' []\n';
  let text = '\n';
  for (const item of list) text += `${indent}  -${renderValue(item, `${indent}  `)}`;
  return text;
}

function renderScalar(value: string | number | boolean | null): string {
  if (typeof value === 'string') return yamlString(value);
  return typeof value === 'number' ? renderNumber(value) : String(value);
}

/** YAML 1.1 knows a float by its dot and takes an exponent only with a sign. */
function renderNumber(value: number): string {
  if (!Number.isFinite(value)) throw new FactoryError('input.invalid', `a NodeConfig cannot carry the number ${value}`);
  const text = String(value);
  if (!text.includes('e')) return text;
  const [mantissa = '', exponent = ''] = text.split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${exponent}`;
}

function renderKey(key: string): string {
  if (plainKey.test(key) && !words.test(key)) return key;
  if (key.length > longestKey)
    throw new FactoryError('input.invalid', `a key of ${key.length} characters; accepted: at most ${longestKey}`);
  return yamlString(key);
}
