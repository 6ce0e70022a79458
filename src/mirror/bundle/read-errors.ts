import { FactoryError, messageOf } from '../../core/errors.ts';

export const makeHint = 'Make one with `hnf bundle create`.';

export function unreadableError(path: string, cause: unknown): FactoryError {
  return new FactoryError('input.invalid', `the bundle '${path}' cannot be read: ${messageOf(cause)}`, {
    hint: 'Look at its owner and mode.',
    cause,
  });
}
