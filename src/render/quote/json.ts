import { FactoryError } from '../../core/errors.ts';

/** JSON on one line. @throws FactoryError for a value JSON has no word for. */
export function jsonText(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new FactoryError('internal', `a template prints ${String(value)} as JSON`);
  return text;
}
