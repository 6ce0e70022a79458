import { type Finding, formatFinding } from '../config/findings.ts';
import { FactoryError } from '../core/errors.ts';

/** A person corrects so many at once, and a file of a million wrong rows must not fill the memory. */
const kept = 200;

/** What is wrong with the rows of a file, in its order: the first of them in words, all of them counted. */
export class FindingsBag {
  readonly errors: Finding[] = [];
  readonly warnings: Finding[] = [];
  #errorCount = 0;
  #warningCount = 0;

  /** Something is wrong with the file as a whole: its rows may not mean what they seem to. */
  isFileWrong = false;

  add(finding: Finding): void {
    const isError = finding.severity === 'error';
    if (isError) this.#errorCount += 1;
    else this.#warningCount += 1;
    const list = isError ? this.errors : this.warnings;
    if (list.length < kept) list.push(finding);
  }

  get errorCount(): number {
    return this.#errorCount;
  }

  /** Lines to print, the last of them with the number of those left out. */
  listErrors(): string[] {
    return withRest(this.errors, this.#errorCount);
  }

  listWarnings(): string[] {
    return withRest(this.warnings, this.#warningCount);
  }

  /** @throws FactoryError `input.invalid` when there is an error. */
  check(file: string): void {
    if (this.#errorCount > 0) throw hostsError(file, this);
  }
}

function withRest(findings: readonly Finding[], count: number): string[] {
  const rest = count - findings.length;
  return [...findings.map(formatFinding), ...(rest > 0 ? [`… and ${rest} more`] : [])];
}

/** Everything wrong with a hosts file in one error. */
export function hostsError(file: string, bag: FindingsBag, hint?: string): FactoryError {
  const count = bag.errorCount === 1 ? '1 thing is' : `${bag.errorCount} things are`;
  return new FactoryError('input.invalid', `${count} wrong in ${file}`, {
    details: bag.listErrors(),
    hint: hint ?? 'Correct the rows and run the same command again; --keep-going goes on with the right ones.',
  });
}
