import { FactoryError } from '../core/errors.ts';
import type { Json, JsonMap } from './types.ts';

/** One entry of `merge_how`: how values of a kind are put together. */
interface Merger {
  kind: string;
  options: readonly string[];
}

/** What cloud-init does with a second cloud-config that says nothing about it (handlers/cloud_config.py). */
const defaultMergers: readonly Merger[] = [
  { kind: 'dict', options: ['replace'] },
  { kind: 'list', options: [] },
  { kind: 'str', options: [] },
];

/**
 * Two cloud-configs as cloud-init itself puts them together when they come as two parts of user data: by the later one's `merge_how` (or
 * `merge_type`), else every key of the later one replaces the earlier one's. Pure.
 * @see https://docs.cloud-init.io/en/latest/reference/merging.html
 * @throws FactoryError `input.invalid` for a `merge_how` that cloud-init does not understand
 */
export function mergeCloudConfig(base: JsonMap, later: JsonMap): JsonMap {
  const { mergers, config } = takeMergers(later);
  // cloud-init begins with nothing and merges the first part too.
  return new CloudConfigMerge(mergers).merge(base, config) as JsonMap;
}

/** The merge rules of a cloud-config, and the rest of it. */
function takeMergers(config: JsonMap): { mergers: readonly Merger[]; config: JsonMap } {
  const { merge_how: how = null, ...withoutHow } = config;
  if (how !== null) return { mergers: orDefault(readMergers(how)), config: withoutHow };
  const { merge_type: type = null, ...rest } = withoutHow;
  return { mergers: orDefault(type === null ? [] : readMergers(type)), config: rest };
}

function orDefault(mergers: readonly Merger[]): readonly Merger[] {
  return mergers.length === 0 ? defaultMergers : mergers;
}

const kinds = ['dict', 'list', 'str'];

function readMergers(how: Json): Merger[] {
  const mergers = typeof how === 'string' ? readText(how) : Array.isArray(how) ? how.map(readItem) : [];
  if (mergers.length === 0 || mergers.some(({ kind }) => !kinds.includes(kind)))
    throw wrongMergeHow(how, 'the rules are for dict, list and str');
  return mergers;
}

/** `dict(recurse_list)+list(append)` */
function readText(how: string): Merger[] {
  return how
    .split('+')
    .map((word) => word.toLowerCase().trim().replaceAll('-', '_'))
    .filter((word) => word !== '')
    .map((word) => {
      const match = /^([a-z_][a-z0-9_]*)\((.*?)\)$/.exec(word);
      if (match === null) throw wrongMergeHow(how, `'${word}' is not written as kind(options)`);
      const options = (match[2] ?? '').split(',').map((option) => option.trim());
      return { kind: (match[1] ?? '').replace(/^m_/, ''), options: options.filter((option) => option !== '') };
    });
}

/** `{name: list, settings: [append]}` or `[list, append]` */
function readItem(item: Json): Merger {
  const [name, ...settings] = isMap(item)
    ? [item['name'], ...asList(item['settings'])]
    : Array.isArray(item)
      ? item
      : [];
  if (typeof name !== 'string') throw wrongMergeHow(item, 'a rule has a name and settings');
  const kind = name.replaceAll('-', '_').trim().replace(/^m_/, '');
  return { kind, options: settings.filter((setting) => typeof setting === 'string') };
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function wrongMergeHow(how: Json, reason: string): FactoryError {
  return new FactoryError(
    'input.invalid',
    `merge_how ${JSON.stringify(how)} is not understood by cloud-init: ${reason}`,
    {
      hint: "Write it as 'dict(recurse_array)+list(append)+str()', for example.",
    },
  );
}

/** cloudinit/mergers: `m_dict.py`, `m_list.py`, `m_str.py`, and what their names have for a kind none of the rules is for. */
class CloudConfigMerge {
  readonly #rules: ReadonlyMap<string, readonly string[]>;

  constructor(mergers: readonly Merger[]) {
    // The first rule for a kind counts.
    this.#rules = new Map([...mergers].reverse().map(({ kind, options }) => [kind, options]));
  }

  merge(earlier: Json, later: Json): Json {
    const options = this.#rules.get(kindOf(earlier));
    // Without a rule for it the earlier value stays.
    if (options === undefined) return earlier;
    if (isMap(earlier)) return this.#mergeDict(earlier, later, options);
    if (Array.isArray(earlier)) return this.#mergeList(earlier, later, options);
    return mergeText(earlier, later, options);
  }

  #mergeDict(earlier: JsonMap, later: Json, options: readonly string[]): Json {
    if (!isMap(later)) return earlier;
    const merged: Record<string, Json> = { ...earlier };
    for (const [key, value] of Object.entries(later)) {
      const before = merged[key];
      if (before === undefined) merged[key] = value;
      else if (value === null && options.includes('allow_delete')) delete merged[key];
      else merged[key] = options.includes('replace') ? value : this.#recurse(before, value, options, before, true);
    }
    return merged;
  }

  #mergeList(earlier: readonly Json[], later: Json, options: readonly string[]): Json {
    const method = ['append', 'prepend', 'replace', 'no_replace'].find((name) => options.includes(name)) ?? 'replace';
    if (!Array.isArray(later)) {
      if (method === 'replace') return later;
      throw new FactoryError(
        'input.invalid',
        `a list cannot be merged with ${JSON.stringify(later)} by list(${method})`,
      );
    }
    if (method === 'prepend') return [...later, ...earlier];
    if (method === 'append') return [...earlier, ...later];
    return earlier.map((item, at) => {
      const other: Json | undefined = later[at];
      if (other === undefined || method === 'no_replace') return item;
      return this.#recurse(item, other, options, other, options.includes('recurse_dict'));
    });
  }

  /** Both are merged where the options say so for the later one's kind; else it is `otherwise`. */
  #recurse(earlier: Json, later: Json, options: readonly string[], otherwise: Json, intoMaps: boolean): Json {
    const intoLists = options.includes('recurse_array') || options.includes('recurse_list');
    const isRecursed =
      (Array.isArray(later) && intoLists) ||
      (typeof later === 'string' && options.includes('recurse_str')) ||
      (isMap(later) && intoMaps);
    return isRecursed ? this.merge(earlier, later) : otherwise;
  }
}

function mergeText(earlier: Json, later: Json, options: readonly string[]): Json {
  if (typeof earlier !== 'string' || !options.includes('append')) return later;
  if (typeof later === 'string') return earlier + later;
  throw new FactoryError('input.invalid', `a text cannot be merged with ${JSON.stringify(later)} by str(append)`);
}

/** Python's name of the type. */
function kindOf(value: Json): string {
  if (isMap(value)) return 'dict';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'str' : typeof value;
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
