/** Major of the Ubuntu release whose installer reads the answers: 20, 22, 24. */
export type UbuntuMajor = 20 | 22 | 24;

/** What may stand somewhere in the answers. */
export type Shape =
  | { kind: 'text'; oneOf?: readonly string[]; pattern?: RegExp }
  | { kind: 'flag' }
  | { kind: 'whole' }
  | { kind: 'none' }
  /** Judged by another program. */
  | { kind: 'any' }
  | { kind: 'list'; of: Shape }
  /** Exactly these keys. */
  | { kind: 'map'; keys: Keys }
  /** Keys of the writer's own. */
  | { kind: 'names'; of: Shape }
  /** The first whose kind fits is the one that is meant. */
  | { kind: 'either'; of: readonly Shape[] }
  /** A map whose keys depend on the value of one of them. */
  | { kind: 'tagged'; tag: string; of: Readonly<Record<string, Keys>> };

export interface Key {
  shape: Shape;
  required?: true;
  /** First release whose installer knows it; earlier ones read past it without a word. */
  since?: UbuntuMajor;
}

export type Keys = Readonly<Record<string, Key>>;

export const text: Shape = { kind: 'text' };
export const flag: Shape = { kind: 'flag' };
export const whole: Shape = { kind: 'whole' };
export const none: Shape = { kind: 'none' };
export const texts: Shape = { kind: 'list', of: text };

export function oneOf(...values: readonly string[]): Shape {
  return { kind: 'text', oneOf: values };
}

export function matching(pattern: RegExp): Shape {
  return { kind: 'text', pattern };
}

export function listOf(of: Shape): Shape {
  return { kind: 'list', of };
}

export function either(...of: readonly Shape[]): Shape {
  return { kind: 'either', of };
}

/** Optional keys by their shapes; a whole `Key` where more is to be said. */
export function map(keys: Readonly<Record<string, Shape | Key>>): Shape & { kind: 'map' } {
  return { kind: 'map', keys: keysOf(keys) };
}

export function keysOf(keys: Readonly<Record<string, Shape | Key>>): Keys {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, 'shape' in key ? key : { shape: key }]));
}

export function required(shape: Shape): Key {
  return { shape, required: true };
}

export function since(release: UbuntuMajor, shape: Shape): Key {
  return { shape, since: release };
}

/** In words, for "accepted: …". */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      if (shape.oneOf !== undefined) return shape.oneOf.join(', ');
      return shape.pattern === undefined ? 'a text' : `a text like ${shape.pattern.source}`;
    case 'flag':
      return 'true or false';
    case 'whole':
      return 'a whole number';
    case 'none':
      return 'null';
    case 'any':
      return 'anything';
    case 'list':
      return `a list, each item ${describeShape(shape.of)}`;
    case 'map':
    case 'names':
    case 'tagged':
      return 'a map';
    case 'either':
      return shape.of.map(describeShape).join(', or ');
  }
}
