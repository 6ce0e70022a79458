import type { z } from 'zod';
import { suggestion } from './did-you-mean.ts';
import { type ConfigPath, type Finding, formatPath, quote } from './findings.ts';
import { describeField, fieldsOf, findSchemaAt, findWords, variantsOf } from './schema-walk.ts';

/** A finding that still knows its path in parts, and whether it is about the key or about the value. */
export interface SchemaFinding extends Finding {
  parts: ConfigPath;
  about: 'key' | 'value';
}

/** A key that a person would write a secret under. */
const secretKey = /pass(word|phrase|wd)?$|^(pw|pwd)$|secret|token|activation_?(code|key)|(private|api|access)_?key$/i;

/** Paths whose values are not quoted: a person who swaps the two parts of an activation puts its code there. */
const neverQuoted: readonly string[] = ['ssm.activationId'];

/** Which variable takes the secret that somebody tried to write into the file. */
const secretVariables: Readonly<Record<string, string>> = {
  vsphere: 'VSPHERE_PASSWORD',
  redhat: 'RH_PASSWORD',
  build: 'PKR_SSH_PASSWORD',
};

/** The text of a value as a person wrote it, where the parser made another one of it: `1.30` is the number 1.3. */
export type TextAt = (path: ConfigPath) => string | undefined;

/** Everything the schema has against `value`, one finding per fault. */
export function listSchemaFindings(
  schema: z.ZodType,
  value: unknown,
  textAt: TextAt = () => undefined,
): SchemaFinding[] {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => findingsOf(issue, schema, value, textAt));
}

type Issue = z.core.$ZodIssue;

function findingsOf(issue: Issue, schema: z.ZodType, root: unknown, textAt: TextAt): SchemaFinding[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, schema, root));
  if (issue.code === 'invalid_key') {
    const accepted = issue.issues[0]?.message ?? 'another name';
    const name = finding(path, 'key', `${quote(path.at(-1))} is no name for an image; accepted: ${accepted}`);
    return [name, ...findingsInside(path, schema, root, textAt)];
  }
  const value = valueAt(root, path);
  const shown = neverQuoted.includes(formatPath(path)) ? 'the value' : quote(value);
  const { message, hint } = wordValue(issue, value, shown, { ...placeAt(schema, path), written: textAt(path) });
  return [finding(path, 'value', message, hint)];
}

/** What stands under a key that is refused; zod does not look at it. */
function findingsInside(path: ConfigPath, schema: z.ZodType, root: unknown, textAt: TextAt): SchemaFinding[] {
  const inside = findSchemaAt(schema, path);
  if (inside === undefined) return [];
  const findings = listSchemaFindings(inside, valueAt(root, path), (below) => textAt([...path, ...below]));
  return findings.map((found) => {
    const parts = [...path, ...found.parts];
    return { ...found, parts, path: formatPath(parts) };
  });
}

function finding(parts: ConfigPath, about: 'key' | 'value', message: string, hint?: string): SchemaFinding {
  return { severity: 'error', path: formatPath(parts), parts, about, message, ...(hint === undefined ? {} : { hint }) };
}

/** The value of an unknown key is never quoted: it may be a secret. */
function unknownKey(path: ConfigPath, key: string, schema: z.ZodType, root: unknown): SchemaFinding {
  const parts = [...path, key];
  if (secretKey.test(key)) {
    const ofGroup = /activation/i.test(key) ? undefined : secretVariables[String(path.at(-1))];
    const variable = ofGroup ?? findVariableFor(key);
    const hint =
      variable === undefined
        ? `Remove it: what hnf needs comes from ${allSecretVariables}, or the same with _FILE.`
        : `Remove it and set ${variable}, or ${variable}_FILE to a file with it.`;
    return finding(parts, 'key', 'a secret in the config file is refused', hint);
  }
  const known = knownKeys(path, schema, root);
  const accepted = known.length === 0 ? '' : `; accepted here: ${known.join(', ')}`;
  return finding(parts, 'key', `unknown key '${key}'${accepted}${suggestion(key, known)}`);
}

const allSecretVariables =
  'VSPHERE_PASSWORD, RH_PASSWORD, RH_ACTIVATION_KEY, PKR_SSH_PASSWORD or HNF_SSM_ACTIVATION_CODE';

/** Undefined for a secret that hnf has no use for. */
function findVariableFor(key: string): string | undefined {
  if (/activation_?key/i.test(key)) return 'RH_ACTIVATION_KEY';
  if (/activation_?code/i.test(key)) return 'HNF_SSM_ACTIVATION_CODE';
  if (/^(rh|red_?hat|subscription)/i.test(key)) return 'RH_PASSWORD';
  if (/^(vs|vc|govc)/i.test(key)) return 'VSPHERE_PASSWORD';
  return /^(pkr|packer|build|ssh)/i.test(key) ? 'PKR_SSH_PASSWORD' : undefined;
}

/** Keys allowed at `path`; of a union only those of the variant that `kind` names. */
function knownKeys(path: ConfigPath, schema: z.ZodType, root: unknown): string[] {
  const place = findSchemaAt(schema, path);
  if (place === undefined) return [];
  const kind = valueAt(root, [...path, 'kind']);
  const variants = variantsOf(place);
  const chosen = variants.find((variant) => findWords(findSchemaAt(variant, ['kind']))?.some((word) => word === kind));
  return [...new Set(fieldsOf(chosen ?? place).map((field) => field.key))].filter((key) => key !== '$schema');
}

interface Place {
  /** What a closed set accepts there; empty for an open one. */
  words: readonly string[];
  description: string;
  written?: string | undefined;
}

/** What the schema says about a place; in a union all variants have their say. */
function placeAt(schema: z.ZodType, path: ConfigPath): Place {
  const parent = path.length === 0 ? undefined : findSchemaAt(schema, path.slice(0, -1));
  const fields = parent === undefined ? [] : fieldsOf(parent).filter((field) => field.key === path.at(-1));
  const own = findSchemaAt(schema, path);
  const words = fields.length > 0 ? fields.flatMap((field) => findWords(field.schema) ?? []) : (findWords(own) ?? []);
  return { words: [...new Set(words)], description: own === undefined ? '' : describeField(own) };
}

function wordValue(issue: Issue, value: unknown, shown: string, place: Place): { message: string; hint?: string } {
  if (value === undefined) return wordMissing(place);
  switch (issue.code) {
    case 'invalid_type':
      return wordType(issue.expected, value, place.written);
    case 'invalid_value':
    case 'invalid_union':
      return {
        message: `${shown} is not accepted; accepted: ${place.words.join(', ')}${suggestion(typeof value === 'object' ? '' : String(value), place.words)}`,
      };
    case 'too_small':
      return {
        message: `${shown} is too ${sizeWord(issue.origin, 'small')}; accepted: at least ${issue.minimum}${unitOf(issue.origin, issue.minimum)}`,
      };
    case 'too_big':
      return {
        message: `${shown} is too ${sizeWord(issue.origin, 'big')}; accepted: at most ${issue.maximum}${unitOf(issue.origin, issue.maximum)}`,
      };
    default:
      return { message: `${shown} is not accepted; accepted: ${issue.message}` };
  }
}

function sizeWord(origin: string, word: 'small' | 'big'): string {
  if (origin === 'string') return word === 'small' ? 'short' : 'long';
  if (origin === 'array') return word === 'small' ? 'short a list' : 'long a list';
  return word;
}

function unitOf(origin: string, count: number | bigint): string {
  const unit = origin === 'string' ? ' character' : origin === 'array' ? ' item' : '';
  return unit === '' || Number(count) === 1 ? unit : `${unit}s`;
}

function wordMissing(place: Place): { message: string } {
  const accepted = place.words.length > 0 ? `accepted: ${place.words.join(', ')}` : place.description;
  return { message: `is missing; ${accepted.replace(/\.$/, '')}` };
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of names',
};

function wordType(expected: string, value: unknown, written = quote(value)): { message: string; hint?: string } {
  const wanted = typeNames[expected] ?? expected;
  const message = `${written} is ${typeOf(value)}; accepted: ${wanted}`;
  if (expected === 'string' && typeof value === 'number') return { message, hint: `Write it in quotes: '${written}'.` };
  if (expected === 'number' && typeof value === 'string' && /^\d+$/.test(value))
    return { message, hint: `Write it without quotes: ${value}.` };
  return { message };
}

function typeOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a number with a fraction';
  return typeof value === 'object'
    ? 'a group of keys'
    : typeof value === 'boolean'
      ? 'true or false'
      : `a ${typeof value}`;
}

export function valueAt(root: unknown, path: ConfigPath): unknown {
  let current: unknown = root;
  for (const part of path) {
    if (current === null || typeof current !== 'object') return undefined;
    if (!Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string | number, unknown>)[part];
  }
  return current;
}
