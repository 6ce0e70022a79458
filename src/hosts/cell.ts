import { briefJson } from '../config/findings.ts';

/** Why a cell is refused: each reason completes a sentence that begins with the column's name. */
export class CellFault {
  readonly reasons: readonly string[];

  constructor(...reasons: readonly string[]) {
    this.reasons = reasons;
  }
}

/**
 * Reads one cell: text from CSV, any value from YAML and JSON. Blank text and null never come here.
 */
export type ReadCell<T> = (value: unknown) => T | CellFault;

/** Text of a YAML or JSON value; numbers and truth values are not taken for text, because `010` and `1.30` would not come back as written. */
export function asText(value: unknown): string | CellFault {
  if (typeof value === 'string') return value.trim();
  const what = typeof value === 'number' ? 'a number' : typeof value === 'boolean' ? 'true or false' : 'no text';
  return new CellFault(`${shortened(briefJson(value))} is ${what}; accepted: text, in quotes`);
}

/** A list of YAML or JSON, or text with commas. Empty parts are left out. */
export function asTexts(value: unknown): readonly string[] | CellFault {
  const parts: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  const texts: string[] = [];
  const reasons: string[] = [];
  for (const part of parts) {
    const text = asText(part);
    if (text instanceof CellFault) reasons.push(...text.reasons);
    else if (text !== '') texts.push(text);
  }
  return reasons.length > 0 ? new CellFault(...reasons) : texts;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
