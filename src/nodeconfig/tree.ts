import type { TextPlace } from './finding.ts';

/** A document as nodeadm's YAML reader sees it, each part with its place in the text. */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  kind: 'map';
  at: TextPlace;
  entries: MapEntry[];
}

export interface MapEntry {
  key: string;
  at: TextPlace;
  value: Tree;
}

export interface ListTree {
  kind: 'list';
  at: TextPlace;
  items: Tree[];
}

export interface ScalarTree {
  kind: 'scalar';
  at: TextPlace;
  type: 'text' | 'null' | 'bool' | 'int' | 'float';
  /** As a number, word or text. */
  value: string | number | boolean | null;
  /** What lands where text is wanted; undefined for null. */
  text: string | undefined;
  /** As it is written, when it is not quoted. */
  plain: string | undefined;
  /** Where the first line of a `|` block stands: its lines are the file's lines. */
  block?: TextPlace | undefined;
}

/** Every scalar below, with the key it stands under (of a list: the list's). */
export function* listScalars(tree: Tree, key = ''): Generator<{ key: string; scalar: ScalarTree }> {
  if (tree.kind === 'scalar') yield { key, scalar: tree };
  else if (tree.kind === 'list') for (const item of tree.items) yield* listScalars(item, key);
  else for (const entry of tree.entries) yield* listScalars(entry.value, entry.key);
}
