import { type Finding, formatFinding, sortFindings } from '../config/findings.ts';
import { FactoryError } from '../core/errors.ts';

/** A person corrects so many at once, and a file of a million wrong rows must not fill the memory. */
const kept = 200;

/** What is wrong with the rows of a file: the first of them in words, all of them counted. */
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

  /** Lines to print in the order of the file, the last of them with the number of those left out. */
  listErrors(): string[] {
    return withRest(this.errors, this.#errorCount);
  }

  listWarnings(): string[] {
    return withRest(this.warnings, this.#warningCount);
  }

  /**
   * Where the command has --keep-going, `mayKeepGoing` says so.
   * @throws FactoryError `input.invalid` with everything that is wrong
   */
  check(file: string, { mayKeepGoing = false } = {}): void {
    if (this.#errorCount === 0) return;
    const count = this.#errorCount === 1 ? '1 thing is' : `${this.#errorCount} things are`;
    const again = 'Correct this and run the same command again';
    const hint =
      mayKeepGoing && !this.isFileWrong ? `${again}; --keep-going goes on with the right rows.` : `${again}.`;
    throw new FactoryError('input.invalid', `${count} wrong in ${file}`, { details: this.listErrors(), hint });
  }
}

function withRest(findings: readonly Finding[], count: number): string[] {
  const rest = count - findings.length;
  return [...sortFindings(findings).map(formatFinding), ...(rest > 0 ? [`… and ${rest} more`] : [])];
}
