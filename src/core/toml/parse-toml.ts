import { TomlScanner } from './scanner.ts';
import { readLine, readString } from './strings.ts';

/** Dates and times stay text; whole numbers beyond 2^53 are bigint. */
export type TomlValue = string | number | bigint | boolean | TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

/** How a table came to be decides whether it may be written to again. */
type Origin = 'header' | 'implied' | 'dotted' | 'inline' | 'array';

const deepest = 100;
const bareKey = /[A-Za-z0-9_-]+/y;
const date = '\\d{4}-\\d{2}-\\d{2}';
const time = '\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?';
const moment = new RegExp(`${date}(?:[Tt ]${time}(?:[Zz]|[+-]\\d{2}:\\d{2})?)?|${time}`, 'y');
const integer = /0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*|[+-]?(?:0|[1-9](?:_?\d)*)/y;
const float = /[+-]?(?:inf|nan|(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?|[eE][+-]?\d(?:_?\d)*))/y;

/**
 * Reads TOML 1.0 (https://toml.io/en/v1.0.0).
 * @throws TomlError with line and column of the first fault; nothing of the text is quoted.
 */
export function parseToml(text: string): TomlTable {
  return new Reader(text).read();
}

class Reader {
  readonly #scanner: TomlScanner;
  readonly #origins = new Map<object, Origin>();
  /** Inline tables whose brace was read. */
  readonly #closed = new Set<object>();
  readonly #root: TomlTable = newTable();
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new TomlScanner(text);
  }

  read(): TomlTable {
    const scanner = this.#scanner;
    let table = this.#root;
    for (;;) {
      scanner.skipLines();
      if (scanner.isAtEnd) return this.#root;
      if (scanner.startsWith('[[')) table = this.#readArrayHeader();
      else if (scanner.peek() === '[') table = this.#readHeader();
      else this.#readPair(table, 'dotted');
      scanner.endLine();
    }
  }

  #readHeader(): TomlTable {
    const start = this.#scanner.offset;
    this.#scanner.take('[');
    const path = this.#readKey();
    this.#scanner.expect(']', "']' after the table's name");
    const parent = this.#openParents(path, start);
    const key = path.at(-1) ?? '';
    const present = parent[key];
    if (present === undefined) return this.#addTable(parent, key, 'header');
    if (!isTable(present) || this.#origins.get(present) !== 'implied')
      throw this.#scanner.fault('this table is there already', start);
    this.#origins.set(present, 'header');
    return present;
  }

  #readArrayHeader(): TomlTable {
    const start = this.#scanner.offset;
    this.#scanner.take('[[');
    const path = this.#readKey();
    this.#scanner.expect(']]', "']]' after the name of the array of tables");
    const parent = this.#openParents(path, start);
    const key = path.at(-1) ?? '';
    const list = parent[key] ?? this.#mark([], 'array');
    parent[key] = list;
    if (!Array.isArray(list) || this.#origins.get(list) !== 'array')
      throw this.#scanner.fault('this name is taken by something that is no array of tables', start);
    const table = this.#mark(newTable(), 'header');
    list.push(table);
    return table;
  }

  /** The table that the last part of the path goes into; of an array of tables the last one. */
  #openParents(path: readonly string[], start: number): TomlTable {
    let table = this.#root;
    for (const part of path.slice(0, -1)) {
      let next = table[part] ?? this.#addTable(table, part, 'implied');
      if (Array.isArray(next) && this.#origins.get(next) === 'array') next = next.at(-1) as TomlTable;
      if (!isTable(next) || this.#origins.get(next) === 'inline')
        throw this.#scanner.fault('part of this name is taken by a value', start);
      table = next;
    }
    return table;
  }

  /** `a.b = value` inside `table`; tables that a dotted key makes belong to it. */
  #readPair(table: TomlTable, origin: 'dotted' | 'inline'): void {
    const scanner = this.#scanner;
    const start = scanner.offset;
    const path = this.#readKey();
    let target = table;
    for (const part of path.slice(0, -1)) {
      const next = target[part] ?? this.#addTable(target, part, origin);
      const made = isTable(next) ? this.#origins.get(next) : undefined;
      if (!isTable(next) || made !== origin || (origin === 'inline' && this.#closed.has(next)))
        throw scanner.fault('part of this key is there already', start);
      target = next;
    }
    const key = path.at(-1) ?? '';
    if (Object.hasOwn(target, key)) throw scanner.fault('this key is there already', start);
    scanner.expect('=', "'=' after the key");
    scanner.skipBlanks();
    target[key] = this.#readValue();
  }

  #readKey(): string[] {
    const scanner = this.#scanner;
    const path: string[] = [];
    do {
      scanner.skipBlanks();
      const part = scanner.match(bareKey) ?? readLine(scanner);
      if (part === undefined) throw scanner.fault('expected a key: letters, digits, - and _, or a string');
      path.push(part);
      scanner.skipBlanks();
    } while (scanner.take('.'));
    return path;
  }

  #readValue(): TomlValue {
    const scanner = this.#scanner;
    const text = readString(scanner);
    if (text !== undefined) return text;
    if (scanner.peek() === '[' || scanner.peek() === '{') return this.#readNested();
    if (scanner.match(/true(?![A-Za-z0-9_-])/y) !== undefined) return true;
    if (scanner.match(/false(?![A-Za-z0-9_-])/y) !== undefined) return false;
    return this.#readPlain();
  }

  #readPlain(): TomlValue {
    const scanner = this.#scanner;
    const start = scanner.offset;
    const found = scanner.match(moment) ?? scanner.match(float) ?? scanner.match(integer);
    if (found === undefined || /[A-Za-z0-9_.+:-]/.test(scanner.peek()))
      throw scanner.fault('no value of TOML: text stands in quotes', start);
    if (/^\d{4}-|^\d{2}:/.test(found)) {
      if (!isMoment(found)) throw scanner.fault('no such date or time', start);
      return found;
    }
    return toNumber(found) ?? fail(scanner, start);
  }

  #readNested(): TomlValue {
    this.#depth += 1;
    if (this.#depth > deepest) throw this.#scanner.fault('nested too deep');
    const value = this.#scanner.take('[') ? this.#readList() : this.#readInline();
    this.#depth -= 1;
    return value;
  }

  #readList(): TomlValue[] {
    const scanner = this.#scanner;
    const list: TomlValue[] = [];
    for (;;) {
      scanner.skipLines();
      if (scanner.take(']')) return list;
      list.push(this.#readValue());
      scanner.skipLines();
      if (scanner.take(',')) continue;
      scanner.expect(']', "',' or ']' in the list");
      return list;
    }
  }

  #readInline(): TomlTable {
    const scanner = this.#scanner;
    scanner.take('{');
    const table = this.#mark(newTable(), 'inline');
    scanner.skipBlanks();
    if (!scanner.take('}')) {
      do {
        this.#readPair(table, 'inline');
        scanner.skipBlanks();
      } while (scanner.take(','));
      scanner.expect('}', "',' or '}' in the inline table");
    }
    this.#close(table);
    return table;
  }

  /** Nothing is added to an inline table after its brace, nor to those its dotted keys made. */
  #close(table: TomlTable): void {
    this.#closed.add(table);
    for (const value of Object.values(table)) if (isTable(value) && !this.#closed.has(value)) this.#close(value);
  }

  #addTable(parent: TomlTable, key: string, origin: Origin): TomlTable {
    const table = this.#mark(newTable(), origin);
    parent[key] = table;
    return table;
  }

  #mark<T extends object>(value: T, origin: Origin): T {
    this.#origins.set(value, origin);
    return value;
  }
}

/** Without a prototype: `__proto__` is a key like any other. */
function newTable(): TomlTable {
  return Object.create(null) as TomlTable;
}

function isTable(value: unknown): value is TomlTable {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isMoment(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? [];
  if (day !== undefined) {
    const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
    if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > last || year === '0000')
      return false;
  }
  const [, hour = '0', minute = '0', second = '0'] = /(\d{2}):(\d{2}):(\d{2})/.exec(text) ?? [];
  const [, offsetHour = '0', offsetMinute = '0'] = /[+-](\d{2}):(\d{2})$/.exec(text) ?? [];
  return (
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    Number(offsetHour) < 24 &&
    Number(offsetMinute) < 60
  );
}

/** Undefined for a whole number beyond 64 bits. */
function toNumber(text: string): number | bigint | undefined {
  const plain = text.replaceAll('_', '');
  if (/inf$/.test(plain)) return plain.startsWith('-') ? -Infinity : Infinity;
  if (/nan$/.test(plain)) return Number.NaN;
  if (!/^0[xob]/.test(plain) && /[.eE]/.test(plain)) return Number(plain);
  const whole = BigInt(plain.replace(/^[+-]/, '')) * (plain.startsWith('-') ? -1n : 1n);
  if (BigInt.asIntN(64, whole) !== whole) return undefined;
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

function fail(scanner: TomlScanner, start: number): never {
  throw scanner.fault('a whole number beyond 64 bits', start);
}
