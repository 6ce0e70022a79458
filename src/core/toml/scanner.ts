import { FactoryError } from '../errors.ts';

/** What is wrong with a TOML text, and where. The message quotes nothing of the text: it may hold passwords of registries. */
export class TomlError extends FactoryError {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super('input.invalid', `line ${line}, column ${column}: ${message}`);
    this.name = 'TomlError';
    this.line = line;
    this.column = column;
  }
}

const blank = /[\t ]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: TOML allows no control characters but the tab
const comment = /#[^\n\u0000-\u0008\u000b-\u001f\u007f]*/y;

/** A place in a TOML text that moves forward. */
export class TomlScanner {
  readonly text: string;
  offset = 0;

  /** Ends of lines become `\n`. */
  constructor(text: string) {
    this.text = text.replace(/\r\n/g, '\n');
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  peek(): string {
    return this.text[this.offset] ?? '';
  }

  startsWith(part: string): boolean {
    return this.text.startsWith(part, this.offset);
  }

  /** Moves past `part` if it stands here. */
  take(part: string): boolean {
    if (!this.startsWith(part)) return false;
    this.offset += part.length;
    return true;
  }

  expect(part: string, what: string): void {
    if (!this.take(part)) throw this.fault(`expected ${what}`);
  }

  /** Moves past what the sticky pattern matches here; undefined when it does not. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  skipBlanks(): void {
    this.match(blank);
  }

  /** Blanks, ends of lines and comments. */
  skipLines(): void {
    do {
      this.skipBlanks();
      this.match(comment);
    } while (this.take('\n'));
  }

  /** Blanks and a comment, then the end of the line or of the text. */
  endLine(): void {
    this.skipBlanks();
    this.match(comment);
    if (!this.isAtEnd && !this.take('\n')) throw this.fault('expected the end of the line');
  }

  fault(message: string, offset = this.offset): TomlError {
    const before = this.text.slice(0, offset).split('\n');
    return new TomlError(message, before.length, (before.at(-1)?.length ?? 0) + 1);
  }
}
