import { findNearest, suggestion } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { columnNames, findColumn } from './columns.ts';
import { type CsvRecord, CsvSplitter } from './csv.ts';
import type { RawRow, ReportFault, RowReader } from './raw-row.ts';

/** Rows of a CSV file whose first record names the columns. */
export class CsvRows implements RowReader {
  readonly #report: ReportFault;
  readonly #splitter = new CsvSplitter();
  /** Undefined until the header was read; a column that is unknown is undefined in it. */
  #columns: readonly (string | undefined)[] | undefined;
  #isOver = false;

  constructor(report: ReportFault) {
    this.#report = report;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  push(text: string): RawRow[] {
    return this.#read(this.#splitter.push(text));
  }

  end(): RawRow[] {
    return this.#read(this.#splitter.end());
  }

  #read(records: readonly CsvRecord[]): RawRow[] {
    const rows: RawRow[] = [];
    for (const record of records) {
      if (this.#isOver) break;
      const row = this.#readRecord(record);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  #readRecord({ line, cells, fault, isLast }: CsvRecord): RawRow | undefined {
    if (fault !== undefined) {
      // Without a header nothing after it means anything.
      this.#isOver = isLast === true || this.#columns === undefined;
      this.#report({ line, path: '', message: `the row ${fault}`, isRow: !this.#isOver });
      return undefined;
    }
    if (this.#columns === undefined) {
      if (cells.some((cell) => cell.trim() !== '')) this.#readHeader(cells, line);
      return undefined;
    }
    return this.#readRow(cells, line, this.#columns);
  }

  #readRow(cells: readonly string[], line: number, columns: readonly (string | undefined)[]): RawRow | undefined {
    const fields: [string, string][] = [];
    let isBlank = true;
    for (let at = 0; at < cells.length; at += 1) {
      const text = (cells[at] ?? '').trim();
      if (text === '') continue;
      isBlank = false;
      const column = columns[at];
      if (column !== undefined) fields.push([column, text]);
    }
    if (isBlank) return undefined;
    if (cells.length === columns.length) return { line, prefix: '', fields };
    const surplus = cells.slice(columns.length).some((cell) => cell.trim() !== '');
    if (cells.length >= columns.length && !surplus) return { line, prefix: '', fields };
    const hint = surplus ? 'A cell with a comma in it has to be in double quotes.' : undefined;
    const message = `the row has ${cells.length} cells and the header ${columns.length}; accepted: the same number`;
    this.#report({ line, path: '', message, isRow: true, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }

  #readHeader(cells: readonly string[], line: number): void {
    const names = cells.map((cell) => cell.trim());
    while (names.at(-1) === '') names.pop();
    const fault = findHeaderFault(names);
    if (fault !== undefined) {
      this.#report({ line, path: '', ...fault });
      this.#isOver = true;
      return;
    }
    for (const [at, name] of names.entries()) {
      if (name === '') this.#report({ line, path: '', message: `column ${at + 1} has no name` });
      else if (findColumn(name) === undefined) this.#reportUnknown(name, line);
      else if (names.indexOf(name) < at)
        this.#report({ line, path: '', message: `column '${name}' is there twice; accepted: each column once` });
    }
    if (!names.includes('name'))
      this.#report({ line, path: '', message: "the header has no column 'name'; accepted: a header row with one" });
    this.#columns = names.map((name, at) => (names.indexOf(name) === at ? findColumn(name)?.name : undefined));
    this.#isOver = !names.includes('name');
  }

  #reportUnknown(name: string, line: number): void {
    const nearest = findNearest(name, columnNames);
    const message = `unknown column ${quote(name)}${suggestion(name, columnNames)}`;
    const accepted = `accepted: ${columnNames.join(', ')}`;
    this.#report({ line, path: '', message: nearest === undefined ? `${message}; ${accepted}` : message });
  }
}

/** A file that is no CSV with commas, said once instead of for every row. */
function findHeaderFault(names: readonly string[]): { message: string; hint: string } | undefined {
  const whole = names.join(',');
  if (whole.includes('\r'))
    return { message: 'the lines end with a carriage return alone', hint: 'Save it with LF or CRLF line ends.' };
  for (const [separator, word] of [
    [';', 'semicolons'],
    ['\t', 'tabs'],
  ] as const) {
    if (!whole.includes(separator) || !whole.split(separator).some((name) => findColumn(name.trim()))) continue;
    return { message: `the columns are separated by ${word}; accepted: commas`, hint: 'Save it as CSV with commas.' };
  }
  return undefined;
}
