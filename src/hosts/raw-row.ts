/** One host as its file has it, nothing judged. */
export interface RawRow {
  line: number;
  /** Put before a column's name to make a path: empty for CSV, `hosts[3].` else. */
  prefix: string;
  /** Columns and their values, blank ones left out. */
  fields: readonly (readonly [column: string, value: unknown])[];
}

/** Something that keeps a row, or the rest of the file, from being read. */
export interface RawFault {
  line?: number;
  column?: number;
  path: string;
  message: string;
  hint?: string;
  /** It is about one row; the others can be used. Else it is about the whole file, or the rest of it. */
  isRow?: boolean;
}

/** Takes a file's text piece by piece. What is wrong goes to the `report` it was made with. */
export interface RowReader {
  push(text: string): RawRow[];
  end(): RawRow[];
  /** Nothing more can be read. */
  readonly isOver: boolean;
}

export type ReportFault = (fault: RawFault) => void;
