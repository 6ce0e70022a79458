import { quote } from '../config/findings.ts';
import { messageOf } from '../core/errors.ts';
import { type JsonElement, JsonElements } from './json-elements.ts';
import { countKeys, findRepeatedKey } from './json-keys.ts';
import { fieldsOf, isMap } from './object-fields.ts';
import type { RawRow, ReportFault, RowReader } from './raw-row.ts';

/** Hosts of a JSON file: a list, `{"hosts": […]}`, or one object per line. */
export class JsonRows implements RowReader {
  readonly #report: ReportFault;
  readonly #elements = new JsonElements();
  #count = 0;
  #isReported = false;

  constructor(report: ReportFault) {
    this.#report = report;
  }

  get isOver(): boolean {
    return this.#elements.fault !== undefined;
  }

  push(text: string): RawRow[] {
    return this.#read(this.#elements.push(text));
  }

  end(): RawRow[] {
    return this.#read(this.#elements.end());
  }

  #read(elements: readonly JsonElement[]): RawRow[] {
    const rows = elements.flatMap((element) => this.#readElement(element));
    const { fault } = this.#elements;
    if (fault !== undefined && !this.#isReported) this.#report({ path: '', ...fault });
    this.#isReported = fault !== undefined;
    return rows;
  }

  #readElement({ line, text, keys }: JsonElement): RawRow[] {
    const path = `${this.#elements.name}[${this.#count}]`;
    this.#count += 1;
    const refuse = (message: string, place: { line: number; column?: number } = { line }) => {
      this.#report({ ...place, path, message, isRow: true });
      return [];
    };
    try {
      const host: unknown = JSON.parse(text);
      if (!isMap(host)) return refuse(`${quote(host)} is no host; accepted: an object`);
      if (countKeys(host) === keys) return [{ line, prefix: `${path}.`, fields: fieldsOf(host) }];
      return refuse(`key ${quote(findRepeatedKey(text))} is there twice; accepted: each key once`);
    } catch (error) {
      if (error instanceof RangeError) return refuse('is nested too deep; accepted: an object with texts and lists');
      const { reason, ...place } = placeJsonError(messageOf(error), text, line);
      return refuse(`no valid JSON: ${reason}`, place);
    }
  }
}

function placeJsonError(
  message: string,
  text: string,
  line: number,
): { line: number; column?: number; reason: string } {
  const reason = message.replace(/ in JSON at position.*$| at position.*$|, (\.\.\.)?".*$/s, '').replace(/\s+/g, ' ');
  const offset = /at position (\d+)/.exec(message)?.[1];
  if (offset === undefined) return { line, reason };
  const before = text.slice(0, Number(offset)).split('\n');
  const column = before.length === 1 ? undefined : (before.at(-1)?.length ?? 0) + 1;
  return { line: line + before.length - 1, reason, ...(column === undefined ? {} : { column }) };
}
