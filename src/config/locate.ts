import { isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair, type ParsedNode } from 'yaml';
import type { ConfigPath } from './findings.ts';

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Finds where the key or the value of a path stands; undefined when that is not certain. */
export type Locate = (path: ConfigPath, about: 'key' | 'value') => Position | undefined;

/** For YAML and JSON: exact. A path that is missing is found at its nearest parent's key. */
export function locateInYaml(root: ParsedNode | null, lines: LineCounter): Locate {
  return (path, about) => {
    const offset = findOffset(root, path, about);
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
}

/** The text of a plain scalar, for messages about numbers. */
export function textInYaml(root: ParsedNode | null): (path: ConfigPath) => string | undefined {
  return (path) => {
    let node: unknown = root;
    for (const part of path) node = findStep(node, part)?.value;
    return isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
  };
}

function findOffset(root: Node | null, path: ConfigPath, about: 'key' | 'value'): number | undefined {
  let node: unknown = root;
  let offset = root?.range?.[0];
  for (const [index, part] of path.entries()) {
    const step = findStep(node, part);
    if (step === undefined) return offset;
    node = step.value;
    const wantsKey = about === 'key' && index === path.length - 1;
    offset = (wantsKey || isEmptyOrBlock(step) ? step.key : startOf(step.value)) ?? step.key ?? offset;
  }
  return offset;
}

interface Step {
  key: number | undefined;
  value: unknown;
}

function findStep(node: unknown, part: string | number): Step | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? undefined : { key: startOf(value), value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    (item): item is Pair<Node, Node | null> => isPair(item) && keyText(item.key) === String(part),
  );
  return pair === undefined ? undefined : { key: pair.key.range?.[0], value: pair.value };
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** A group's own place is its key; so is that of a value that is not there. */
function isEmptyOrBlock(step: Step): boolean {
  return isMap(step.value) || (isScalar(step.value) && step.value.source === '');
}

/**
 * For TypeScript: the source is not parsed, so only a key that stands once in the whole text counts; of a dotted path the parents
 * must stand before it.
 */
export function locateInSource(source: string): Locate {
  const text = blankComments(source);
  return (path) => {
    const key = path.filter((part): part is string => typeof part === 'string').at(-1);
    if (key === undefined) return undefined;
    const pattern = new RegExp(`(?<=^|[\\s{,])(['"\`]?)${escapeRegExp(key)}\\1\\s*:`, 'g');
    const [first, second] = text.matchAll(pattern);
    return first === undefined || second !== undefined ? undefined : positionAt(text, first.index);
  };
}

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Comments become blanks of the same length; strings stay. */
function blankComments(source: string): string {
  const pieces = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(pieces, (piece) => (piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : piece));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
