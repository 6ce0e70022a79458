import { type ConfigPath, formatPath } from '../config/findings.ts';
import type { Report, TextPlace } from './finding.ts';
import { type Fields, type GroupShape, nodeConfigShape, type Shape } from './shapes.ts';
import type { ListTree, MapEntry, MapTree, ScalarTree, Tree } from './tree.ts';
import type { Json } from './types.ts';
import { reportUnknownKey } from './unknown-key.ts';

/** What nodeadm's decoder would hand on, and where each part stands; faults are reported, and faulty fields left out. */
export interface Decoded {
  value: Json | undefined;
  /** The place of a field, or that of the nearest group around it. */
  placeOf(path: ConfigPath, about: 'key' | 'value'): TextPlace;
  /** Where the lines of a `|` block at this path begin. */
  blockAt(path: ConfigPath): TextPlace | undefined;
}

interface Placed {
  key: TextPlace;
  value: TextPlace;
  block?: TextPlace | undefined;
}

const longest = 40;

/** Decodes a document into a NodeConfig as `nodeadm` does (sigs.k8s.io/yaml, UnmarshalStrict). */
export function decode(tree: Tree, report: Report): Decoded {
  const decoder = new Decoder(report);
  const value = decoder.value(tree, nodeConfigShape, []);
  const { places } = decoder;
  const near = (path: ConfigPath): Placed => {
    for (let length = path.length; length > 0; length -= 1) {
      const found = places.get(formatPath(path.slice(0, length)));
      if (found !== undefined) return length === path.length ? found : { key: found.key, value: found.key };
    }
    return { key: tree.at, value: tree.at };
  };
  return {
    value,
    placeOf: (path, about) => near(path)[about],
    blockAt: (path) => places.get(formatPath(path))?.block,
  };
}

class Decoder {
  readonly places = new Map<string, Placed>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  value(tree: Tree, shape: Shape, path: ConfigPath): Json | undefined {
    if (tree.kind === 'scalar' && tree.type === 'null') return undefined;
    switch (shape.kind) {
      case 'group':
        return tree.kind === 'map' ? this.#group(tree, shape, path) : this.#refuse(tree, path, 'a group of keys');
      case 'map':
        return tree.kind === 'map' ? this.#map(tree, shape.value, path) : this.#refuse(tree, path, 'a group of names');
      case 'list':
        return tree.kind === 'list' ? this.#list(tree, shape.item, path) : this.#refuse(tree, path, 'a list');
      case 'any':
        return this.#any(tree, path);
      default:
        return tree.kind === 'scalar' ? this.#scalar(tree, shape, path) : this.#refuse(tree, path, kinds[shape.kind]);
    }
  }

  #group(tree: MapTree, { fields }: GroupShape, path: ConfigPath): Json {
    const value: Record<string, Json> = {};
    for (const entry of tree.entries) {
      const name = this.#findField(entry, fields, path);
      if (name === undefined) continue;
      const at = [...path, name];
      if (this.places.has(formatPath(at))) this.#reportBoth(entry, name, at);
      const found = this.#entry(entry, fields[name] as Shape, at);
      if (found !== undefined) value[name] = found;
    }
    return value;
  }

  /** Go matches names of fields whatever their case. */
  #findField({ key, at }: MapEntry, fields: Fields, path: ConfigPath): string | undefined {
    if (Object.hasOwn(fields, key)) return key;
    const name = Object.keys(fields).find((field) => field.toLowerCase() === key.toLowerCase());
    if (name === undefined) reportUnknownKey(key, at, path, Object.keys(fields), this.#report);
    else {
      const message = `'${key}' is read as '${name}'; accepted: '${name}'`;
      this.#report({ path: [...path, name], code: 'field.case', severity: 'warning', message, at });
    }
    return name;
  }

  #reportBoth({ key, at }: MapEntry, name: string, path: ConfigPath): void {
    const message = `'${key}' stands beside another spelling of '${name}', and only one of them counts; accepted: '${name}' once`;
    this.#report({ path, code: 'field.case', message, at });
  }

  #map(tree: MapTree, shape: Shape, path: ConfigPath): Json {
    const found = tree.entries.map((entry) => [entry.key, this.#entry(entry, shape, [...path, entry.key])] as const);
    return Object.fromEntries(found.map(([key, value]) => [key, value ?? null]));
  }

  #entry(entry: MapEntry, shape: Shape, path: ConfigPath): Json | undefined {
    const block = entry.value.kind === 'scalar' ? entry.value.block : undefined;
    this.places.set(formatPath(path), {
      key: entry.at,
      value: entry.value.kind === 'scalar' ? entry.value.at : entry.at,
      block,
    });
    return this.value(entry.value, shape, path);
  }

  #list(tree: ListTree, shape: Shape, path: ConfigPath): Json {
    return tree.items.map((item, index) => {
      const at = [...path, index];
      this.places.set(formatPath(at), { key: item.at, value: item.at });
      return this.value(item, shape, at) ?? null;
    });
  }

  #scalar(tree: ScalarTree, shape: Shape, path: ConfigPath): Json | undefined {
    switch (shape.kind) {
      case 'text':
        // Not coerced there: nodeadm's types embed Kubernetes' own (sigs.k8s.io/yaml looks one level short).
        if (path.length === 1 && tree.type !== 'text') return this.#refuse(tree, path, 'text');
        return this.#text(tree, path);
      case 'bool':
        return tree.type === 'bool' ? tree.value : this.#refuse(tree, path, kinds.bool);
      case 'int':
        return tree.type === 'int' ? tree.value : this.#refuse(tree, path, kinds.int);
      default:
        return tree.type === 'text' ? tree.value : this.#refuse(tree, path, kinds[shape.kind as keyof typeof kinds]);
    }
  }

  /** An unquoted number or word becomes text, and not always the one that is written. */
  #text(tree: ScalarTree, path: ConfigPath): string {
    const { plain, text = '' } = tree;
    if (tree.type === 'text' || plain === undefined) return text;
    const isSecret = /^activation/i.test(String(path.at(-1)));
    if (text === plain) {
      const message = `is ${typeNames[tree.type]} without quotes, read as the text it looks like; accepted: text in quotes`;
      this.#report({ path, code: 'yaml.unquoted', severity: 'warning', message });
    } else {
      const shown = isSecret || plain.length > longest ? 'is read as another text' : `'${plain}' is read as '${text}'`;
      const message = `${shown}, because it is ${typeNames[tree.type]} without quotes; accepted: text in quotes`;
      this.#report({ path, code: 'yaml.unquoted', message, hint: isSecret ? undefined : `Write "${plain}".` });
    }
    return text;
  }

  #any(tree: Tree, path: ConfigPath): Json | undefined {
    if (tree.kind === 'map') return this.#map(tree, { kind: 'any' }, path);
    if (tree.kind === 'list') return this.#list(tree, { kind: 'any' }, path);
    if (typeof tree.value === 'number' && !Number.isFinite(tree.value))
      return this.#refuse(tree, path, 'a number JSON can carry');
    return tree.value;
  }

  #refuse(tree: Tree, path: ConfigPath, accepted: string): undefined {
    const what = tree.kind === 'scalar' ? typeNames[tree.type] : tree.kind === 'map' ? 'a group of keys' : 'a list';
    const quoted = tree.kind === 'scalar' && tree.type === 'text' && accepted === kinds.bool;
    const hint = quoted ? 'Write true or false without quotes.' : undefined;
    this.#report({ path, code: 'field.type', message: `is ${what}; accepted: ${accepted}`, hint, at: tree.at });
    return undefined;
  }
}

const typeNames = {
  text: 'text',
  null: 'nothing',
  bool: 'true or false',
  int: 'a number',
  float: 'a number',
} as const;

const kinds = {
  text: 'text',
  bool: 'true or false',
  int: 'a whole number',
  float: 'a number',
  base64: 'text in base64',
  time: "a time, such as '2026-01-01T00:00:00Z'",
  duration: "a duration, such as '30s'",
} as const;
