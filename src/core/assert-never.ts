import { FactoryError } from './errors.ts';

/** Ends an exhaustive switch; throws with the value if a case was forgotten. */
export function assertNever(value: never): never {
  throw new FactoryError('internal', `unexpected value ${JSON.stringify(value)}`);
}
