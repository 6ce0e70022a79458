import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { FactoryError, hasErrno, messageOf } from '../../../core/errors.ts';
import { formatBytes } from '../../../core/sizes.ts';
import { longestPayload } from '../../../guestinfo/decode.ts';
import type { CommandContext } from '../../command.ts';

/**
 * The bytes of a payload, and what messages call it.
 * @throws FactoryError `input.not-found`, `input.invalid` when it is longer than any payload
 */
export async function readPayload(context: CommandContext, file: string): Promise<{ bytes: Uint8Array; what: string }> {
  const what = file === '-' ? 'standard input' : `'${file}'`;
  const stream = file === '-' ? context.stdin() : createReadStream(resolve(context.cwd, file));
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of stream) {
      length += piece.length;
      if (length > longestPayload) throw tooLong(what);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof FactoryError) throw cause;
    const reason = hasErrno(cause, 'ENOENT') ? 'does not exist' : `cannot be read: ${messageOf(cause)}`;
    throw new FactoryError('input.not-found', `the payload ${what} ${reason}`, { cause });
  }
  if (length === 0) throw new FactoryError('input.invalid', `${what} is empty; accepted: a payload`);
  return { bytes: new Uint8Array(Buffer.concat(pieces)), what };
}

function tooLong(what: string): FactoryError {
  return new FactoryError(
    'input.invalid',
    `${what} is longer than ${formatBytes(longestPayload)}; accepted: a payload`,
  );
}
