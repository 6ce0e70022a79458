/** One record of a CSV file. */
export interface CsvRecord {
  /** Where it begins, from 1. */
  line: number;
  cells: readonly string[];
  /** What is wrong with its quotes; the cells are then empty. */
  fault?: string;
  /** Nothing after it can be read. */
  isLast?: boolean;
}

/** Longer than any row a person or a program writes; a quote that is not closed would otherwise swallow the file. */
const longestRecord = 1024 * 1024;

/**
 * RFC 4180, piece by piece: quotes, doubled quotes, line ends in quotes, CRLF and LF. Lines without any text are passed over, and counted.
 */
export class CsvSplitter {
  #rest = '';
  #line = 1;

  push(text: string): CsvRecord[] {
    return this.#split(this.#rest + text, false);
  }

  end(): CsvRecord[] {
    return this.#rest === '' ? [] : this.#split(`${this.#rest}\n`, true);
  }

  #split(text: string, isEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let at = 0;
    for (;;) {
      const end = text.indexOf('\n', at);
      if (end < 0) break;
      const line = text.slice(at, text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end);
      if (!line.includes('"')) {
        if (line !== '') records.push({ line: this.#line, cells: line.split(',') });
        this.#line += 1;
        at = end + 1;
        continue;
      }
      const record = readQuoted(text, at, this.#line);
      if (record === undefined) {
        if (!isEnd && text.length - at < longestRecord) break;
        this.#rest = '';
        const fault = 'has a quote that is never closed; the rest of the file was not read';
        return [...records, { line: this.#line, cells: [], fault, isLast: true }];
      }
      records.push(record);
      at = record.end;
      this.#line += record.lines;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length <= longestRecord) return records;
    this.#rest = '';
    const fault = 'is longer than 1 MiB; the rest of the file was not read';
    return [...records, { line: this.#line, cells: [], fault, isLast: true }];
  }
}

interface QuotedRecord extends CsvRecord {
  /** Behind its line end. */
  end: number;
  lines: number;
}

/** A record with quotes; undefined when it is not whole. */
function readQuoted(text: string, start: number, line: number): QuotedRecord | undefined {
  const cells: string[] = [];
  let fault: string | undefined;
  let at = start;
  for (;;) {
    const cell = text[at] === '"' ? readQuotedCell(text, at) : readPlainCell(text, at);
    // Without a line end behind it, the rest of it is still to come.
    if (cell === undefined || cell.end < 0) return undefined;
    fault ??= cell.fault;
    cells.push(cell.text);
    at = cell.end;
    if (text[at] !== ',') break;
    at += 1;
  }
  const end = text.indexOf('\n', at) + 1;
  const lines = text.slice(start, end).split('\n').length - 1;
  return { line, cells, end, lines, ...(fault === undefined ? {} : { fault, cells: [] }) };
}

interface CellText {
  text: string;
  /** At the comma or the line end behind it. */
  end: number;
  fault?: string;
}

function readPlainCell(text: string, start: number): CellText {
  const end = findCellEnd(text, start);
  const cell = text.slice(start, end);
  return cell.includes('"')
    ? {
        text: '',
        end,
        fault: `has a quote in the middle of ${quoteShort(cell)}; accepted: quotes around the whole cell`,
      }
    : { text: cell, end };
}

function readQuotedCell(text: string, start: number): CellText | undefined {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    if (text[quote + 1] === '"') {
      at = quote + 2;
      continue;
    }
    const end = findCellEnd(text, quote + 1);
    const cell = text.slice(start + 1, quote).replaceAll('""', '"');
    const behind = text.slice(quote + 1, end).trim();
    if (behind === '') return { text: cell, end };
    return {
      text: '',
      end,
      fault: `has ${quoteShort(behind)} behind a closing quote; accepted: a comma or the line's end`,
    };
  }
}

/** The next comma or line end, -1 when there is none; a CR before LF belongs to the line end. */
function findCellEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  if (newline < 0) return -1;
  const lineEnd = newline > start && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
  const comma = text.indexOf(',', start);
  return comma >= 0 && comma < lineEnd ? comma : lineEnd;
}

function quoteShort(text: string): string {
  return `'${text.length > 40 ? `${text.slice(0, 39)}…` : text}'`;
}
