import { findNearest } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { FactoryError } from '../core/errors.ts';
import type { FindingsBag } from './findings-bag.ts';

/** Names kept to say what was meant. */
const mostNames = 20_000;

/** Some hosts of a file, by their names; all of them where none is named. */
export class HostFilter {
  readonly #wanted: ReadonlySet<string>;
  readonly #found = new Set<string>();
  readonly #names: string[] = [];

  constructor(only: readonly string[] = []) {
    this.#wanted = new Set(only);
  }

  takes({ name }: { readonly name: string }): boolean {
    if (this.#wanted.size === 0) return true;
    if (this.#names.length < mostNames) this.#names.push(name);
    if (!this.#wanted.has(name)) return false;
    this.#found.add(name);
    return true;
  }

  /** When the whole file was read. @throws FactoryError `input.invalid` for a host that is not in it, or whose row is in the bag */
  check(file: string, bag: FindingsBag): void {
    const missing = [...this.#wanted].find((name) => !this.#found.has(name));
    if (missing === undefined) return;
    const nearest = findNearest(missing, this.#names);
    const meant = nearest === undefined ? '' : `; did you mean '${nearest}'?`;
    const what = bag.errorCount === 0 ? 'host' : 'right row of host';
    throw new FactoryError('input.invalid', `there is no ${what} ${quote(missing)} in ${file}${meant}`, {
      details: bag.listErrors(),
    });
  }
}
