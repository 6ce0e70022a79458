import { checkText } from '../../core/quote/text.ts';
import { shellWord as quoteWord } from '../../core/shell-word.ts';

/** One word for a POSIX shell. @throws FactoryError for what no file can carry. */
export function shellWord(value: unknown): string {
  return quoteWord(checkText(value));
}
