/** One element of a list of JSON, still as text. */
export interface JsonElement {
  /** From 1. */
  line: number;
  text: string;
  /** Keys in it, at any depth, each as often as it stands there. */
  keys: number;
}

/** Larger than any host. */
const longestElement = 1024 * 1024;
/** So much is enough to see where the list begins. */
const headLength = 4096;

const codes = {
  quote: 34,
  comma: 44,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
};

/**
 * Cuts `[{…}, {…}]`, `{"hosts": [{…}]}` and one object after the other (NDJSON) into their elements, piece by piece: a file of any size takes
 * as much memory as its longest element. What an element is, and what is in it, is not judged.
 */
export class JsonElements {
  /** What keeps the rest of the file from being read. */
  fault: { line: number; message: string } | undefined;
  #head: string | undefined = '';
  #line = 1;
  /** Brackets around the list: 0 for NDJSON, 1, or 2 within `{"hosts": …}`. */
  #level = 0;
  #next: 'element' | 'separator' | 'closing' | 'nothing' = 'element';
  #isFirst = true;
  /** Of the element being read; 0 between elements. */
  #depth = 0;
  /** How it began: a number or a word ends where something else begins. */
  #kind: 'group' | 'text' | 'word' = 'group';
  #keys = 0;
  #begun = '';
  #begunLine = 1;
  #isInText = false;
  #isEscaped = false;

  /** The list's own name within the file. */
  get name(): string {
    return this.#level === 2 ? 'hosts' : '';
  }

  push(text: string): JsonElement[] {
    if (this.fault !== undefined) return [];
    if (this.#head === undefined) return this.#cut(text);
    this.#head += text;
    return this.#head.length < headLength ? [] : this.#begin(this.#head);
  }

  /** To be called when everything was pushed. */
  end(): JsonElement[] {
    if (this.fault !== undefined) return [];
    const elements = this.#head === undefined ? [] : this.#begin(this.#head);
    const isOver = this.#depth === 0 && (this.#level === 0 ? this.#next === 'element' : this.#next === 'nothing');
    if (this.fault === undefined && !isOver) this.#fail('the JSON ends in the middle of the list');
    return elements;
  }

  #begin(head: string): JsonElement[] {
    this.#head = undefined;
    const wrapped = /^\s*\{\s*("\$schema"\s*:\s*"[^"]*"\s*,\s*)?"hosts"\s*:\s*\[/.exec(head)?.[0];
    const opening = wrapped ?? /^\s*\[/.exec(head)?.[0];
    this.#level = wrapped !== undefined ? 2 : opening !== undefined ? 1 : 0;
    if (opening === undefined && !/^\s*(\{|$)/.test(head)) {
      this.#fail('is no list of hosts; accepted: [{…}, …], {"hosts": [{…}, …]} or one object per line');
      return [];
    }
    this.#line += (opening ?? '').split('\n').length - 1;
    return this.#cut(head.slice(opening?.length ?? 0));
  }

  #cut(text: string): JsonElement[] {
    const elements: JsonElement[] = [];
    let start = 0;
    const endAt = (end: number) => {
      elements.push({ line: this.#begunLine, text: this.#begun + text.slice(start, end), keys: this.#keys });
      this.#begun = '';
      this.#keys = 0;
      this.#isFirst = false;
      this.#next = this.#level === 0 ? 'element' : 'separator';
    };
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#depth > 0 && this.#kind === 'word' && !isOfWord(code)) {
        this.#depth = 0;
        endAt(at);
      }
      if (code === 10) this.#line += 1;
      if (this.#depth === 0) {
        if (code === 32 || code === 10 || code === 13 || code === 9) continue;
        if (!this.#takeBetween(code)) return elements;
        start = at;
      } else if (this.#takeInside(code)) endAt(at + 1);
    }
    if (this.#depth > 0) this.#begun += text.slice(start);
    if (this.#begun.length > longestElement) this.#fail('an element of the list is longer than 1 MiB');
    return elements;
  }

  /** What stands between elements; false when it may not. */
  #takeBetween(code: number): boolean {
    if (this.#next === 'element' && this.#begins(code)) return true;
    const isListEnd = code === codes.closeBracket && this.#level > 0;
    if (isListEnd && (this.#next === 'separator' || (this.#next === 'element' && this.#isFirst)))
      this.#next = this.#level === 2 ? 'closing' : 'nothing';
    else if (code === codes.comma && this.#next === 'separator') this.#next = 'element';
    else if (code === codes.closeBrace && this.#next === 'closing') this.#next = 'nothing';
    else return this.#fail(this.#wordUnexpected(code));
    return true;
  }

  /** Whatever a list has in place of an object, it goes on behind it. */
  #begins(code: number): boolean {
    const inList = this.#level > 0;
    if (code === codes.openBrace || (inList && code === codes.openBracket)) this.#kind = 'group';
    else if (inList && code === codes.quote) this.#kind = 'text';
    else if (inList && isOfWord(code)) this.#kind = 'word';
    else return false;
    this.#isInText = this.#kind === 'text';
    this.#depth = 1;
    this.#begunLine = this.#line;
    return true;
  }

  #wordUnexpected(code: number): string {
    const found = `'${String.fromCharCode(code)}'`;
    switch (this.#next) {
      case 'element':
        return `${found} is no host; accepted: an object`;
      case 'separator':
        return `${found} follows a host; accepted: a comma or the end of the list`;
      case 'closing':
        return "there is more beside 'hosts'; accepted: only the list";
      case 'nothing':
        return `${found} follows the list; accepted: nothing`;
    }
  }

  /** True when the element ends here. */
  #takeInside(code: number): boolean {
    if (this.#isInText) this.#takeText(code);
    else if (code === codes.quote) this.#isInText = true;
    else if (code === codes.colon) this.#keys += 1;
    else if (code === codes.openBrace || code === codes.openBracket) this.#depth += 1;
    else if (code === codes.closeBrace || code === codes.closeBracket) this.#depth -= 1;
    return this.#depth === 0;
  }

  #takeText(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (code === codes.backslash) this.#isEscaped = true;
    else if (code === codes.quote) {
      this.#isInText = false;
      if (this.#kind === 'text') this.#depth = 0;
    }
  }

  #fail(message: string): false {
    this.fault = { line: this.#line, message };
    this.#depth = 0;
    return false;
  }
}

/** A number, `true`, `null`, or whatever a person wrote without quotes. */
function isOfWord(code: number): boolean {
  const isDigit = code >= 48 && code <= 57;
  const isLetter = (code | 32) >= 97 && (code | 32) <= 122;
  return isDigit || isLetter || code === 43 || code === 45 || code === 46 || code === 95;
}
