import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Report, TextPlace } from './finding.ts';
import { resolvePlain, textOfPlain } from './plain-scalar.ts';
import { whole } from './read-text.ts';
import { wordSyntaxError } from './syntax-errors.ts';
import type { ListTree, MapEntry, MapTree, ScalarTree, Tree } from './tree.ts';

/** Aliases may repeat parts, and a few lines of them can mean billions of values. */
const mostNodes = 20_000;
const deepest = 64;

/**
 * Reads the one document of a NodeConfig the way nodeadm does: aliases and merge keys followed, unquoted scalars resolved by YAML 1.1.
 * Undefined when there is no document to judge; faults are reported. An empty document is an empty map.
 */
export function readTree(text: string, report: Report): Tree | undefined {
  const lines = new LineCounter();
  const documents = parse(text, lines, report);
  if (documents === undefined) return undefined;
  const [first, second] = documents;
  if (first === undefined) return { kind: 'map', at: { line: 1, column: 1 }, entries: [] };
  const faults = documents.flatMap(({ errors }) => errors);
  // The parser says some of them once for each bracket that is open.
  const distinct = new Map(faults.map((error) => [`${error.pos[0]} ${error.code}`, error]));
  for (const error of distinct.values())
    report({ ...whole('yaml.syntax', wordSyntaxError(error.code)), at: placeOf(lines, error.pos[0]) });
  if (second !== undefined) reportDocuments(second, lines, report);
  const version = first.directives?.yaml;
  if (version?.explicit === true && version.version !== '1.1')
    report(
      whole('yaml.directive', `a %YAML ${version.version} directive; nodeadm refuses all but 1.1. Accepted: none`),
    );
  if (faults.length > 0) return undefined;
  try {
    return new TreeReader(first, lines, report).read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    report({ ...whole('yaml.alias', error.message), at: error.at });
    return undefined;
  }
}

function parse(text: string, lines: LineCounter, report: Report): Document.Parsed[] | undefined {
  try {
    const options = { lineCounter: lines, prettyErrors: false, schema: 'failsafe', uniqueKeys: false } as const;
    const documents = parseAllDocuments(text, { ...options, logLevel: 'silent' });
    return 'empty' in documents ? [] : (documents as Document.Parsed[]);
  } catch (error) {
    // Thousands of nested brackets end the parser's stack.
    if (!(error instanceof RangeError)) throw error;
    report(whole('yaml.syntax', 'the document is nested too deep'));
    return undefined;
  }
}

function reportDocuments(second: Document.Parsed, lines: LineCounter, report: Report): void {
  const at = placeOf(lines, second.contents?.range?.[0] ?? second.range[0]);
  report({
    ...whole(
      'yaml.documents',
      'a second document begins here, and nodeadm reads only the first; accepted: one document',
    ),
    at,
    hint: "Remove what does not belong to it, with the '---'.",
  });
}

function placeOf(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Aliases that make the document endless, circular or meaningless. */
class Unreadable extends Error {
  readonly at: TextPlace;
  constructor(message: string, at: TextPlace) {
    super(message);
    this.at = at;
  }
}

class TreeReader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #report: Report;
  readonly #open = new Set<Node>();
  /** The last node with each anchor so far: what an alias means. */
  readonly #anchors = new Map<string, Node>();
  #aliasDepth = 0;
  #nodes = 0;

  constructor(document: Document.Parsed, lines: LineCounter, report: Report) {
    this.#document = document;
    this.#lines = lines;
    this.#report = report;
  }

  read(): Tree {
    const root = this.#document.contents;
    return root === null ? { kind: 'map', at: { line: 1, column: 1 }, entries: [] } : this.#node(root, 0);
  }

  #node(node: unknown, depth: number): Tree {
    const at = this.#placeOf(node);
    this.#nodes += 1;
    if (this.#nodes > mostNodes) throw new Unreadable('the aliases mean more values than any NodeConfig has', at);
    if (depth > deepest) throw new Unreadable('the document is nested too deep', at);
    if (isAlias(node)) return this.#alias(node, depth);
    this.#noteAnchor(node);
    this.#checkTag(node, at);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) return this.#list(node, at, depth);
    return this.#scalar(isScalar(node) ? node : new Scalar(null), at);
  }

  /** What is read again through an alias defines nothing again. */
  #noteAnchor(node: unknown): void {
    if (this.#aliasDepth > 0 || !(isScalar(node) || isMap(node) || isSeq(node))) return;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
  }

  #alias(alias: Alias, depth: number): Tree {
    const target = this.#anchors.get(alias.source);
    const at = this.#placeOf(alias);
    if (target === undefined) throw new Unreadable('the alias has no anchor before it', at);
    if (this.#open.has(target)) throw new Unreadable('the alias stands inside what it means', at);
    this.#aliasDepth += 1;
    const tree = this.#node(target, depth + 1);
    this.#aliasDepth -= 1;
    return tree;
  }

  #list(list: YAMLSeq, at: TextPlace, depth: number): ListTree {
    this.#open.add(list);
    const items = list.items.map((item) => this.#node(item, depth + 1));
    this.#open.delete(list);
    return { kind: 'list', at, items };
  }

  #map(map: YAMLMap, depth: number): MapTree {
    this.#open.add(map);
    const entries: MapEntry[] = [];
    const keys = new Set<string>();
    for (const item of map.items) {
      if (!isPair(item)) continue;
      for (const entry of this.#pair(item.key, item.value, depth)) {
        if (keys.has(entry.key)) this.#reportTwice(entry);
        else entries.push(entry);
        keys.add(entry.key);
      }
    }
    this.#open.delete(map);
    return { kind: 'map', at: this.#placeOf(map), entries };
  }

  /** One entry, or those of a merged map. */
  #pair(keyNode: unknown, valueNode: unknown, depth: number): MapEntry[] {
    const at = this.#placeOf(keyNode);
    if (isScalar(keyNode) && keyNode.type === 'PLAIN' && keyNode.value === '<<')
      return this.#merge(valueNode, at, depth);
    const key = this.#key(keyNode, at, depth);
    const value = this.#node(valueNode, depth + 1);
    if (key === undefined) return [];
    // A value that is not there stands where its key does.
    const isMissing = value.kind === 'scalar' && value.plain === '';
    return [{ key, at, value: isMissing || valueNode === null ? { ...value, at } : value }];
  }

  #key(node: unknown, at: TextPlace, depth: number): string | undefined {
    const tree = this.#node(node, depth + 1);
    if (tree.kind === 'scalar' && tree.text !== undefined) return tree.text;
    const what = tree.kind === 'scalar' ? 'no key' : 'a key that is no text';
    this.#report({ ...whole('yaml.key', `${what} stands before the colon; accepted: the name of a field`), at });
    return undefined;
  }

  #merge(node: unknown, at: TextPlace, depth: number): MapEntry[] {
    const value = this.#node(node, depth + 1);
    const maps = value.kind === 'list' ? value.items : [value];
    const found = maps.flatMap((map) => (map.kind === 'map' ? [map] : []));
    if (found.length < maps.length)
      this.#report({ ...whole('yaml.alias', "'<<' merges something that is no map; accepted: an alias of a map"), at });
    return found.flatMap(({ entries }) => entries.map((entry) => ({ ...entry, at })));
  }

  #scalar(node: Scalar, at: TextPlace): ScalarTree {
    const written = typeof node.value === 'string' ? node.value : (node.source ?? '');
    if ((node.type !== 'PLAIN' && node.type !== undefined) || node.tag === 'tag:yaml.org,2002:str')
      return {
        kind: 'scalar',
        at,
        type: 'text',
        value: written,
        text: written,
        plain: undefined,
        block: blockOf(node, at),
      };
    const plain = resolvePlain(written);
    const value = plain.type === 'text' ? written : plain.value;
    return { kind: 'scalar', at, type: plain.type, value, text: textOfPlain(plain, written), plain: written };
  }

  #checkTag(node: unknown, at: TextPlace): void {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (tag === undefined || /^tag:yaml\.org,2002:(str|map|seq)$/.test(tag)) return;
    const message = 'a tag stands before the value; accepted: none, or !!str for text';
    this.#report({ ...whole('yaml.tag', message), at, hint: 'Write text in double quotes instead.' });
  }

  #reportTwice(entry: MapEntry): void {
    const message = `'${entry.key}' stands here a second time; accepted: each key once`;
    this.#report({ ...whole('yaml.duplicate', message), at: entry.at });
  }

  #placeOf(node: unknown): TextPlace {
    const known = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
    return placeOf(this.#lines, (known ? node.range?.[0] : undefined) ?? 0);
  }
}

/** The lines of a `|` block begin after its header. */
function blockOf(node: Scalar, at: TextPlace): TextPlace | undefined {
  return node.type === 'BLOCK_LITERAL' ? { line: at.line + 1, column: 1 } : undefined;
}
