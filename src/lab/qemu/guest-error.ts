import { FactoryError } from '../../core/errors.ts';
import { findKnownFailure, type KnownFailure, lastLines } from '../verify/known-failures.ts';

const shownLines = 15;

/** A guest that did not do what was waited for: what, the known cause if the console tells one, and its last lines. */
export function guestError(what: string, serial: string, known: KnownFailure | undefined = findKnownFailure(serial)) {
  const lines = lastLines(serial, shownLines);
  const fallback =
    lines.length === 0
      ? 'Nothing came on the serial console: does the kernel command line have console=ttyS0, and does the firmware fit the disk?'
      : 'Look at the last lines of the serial console below.';
  return new FactoryError('verify.failed', known === undefined ? what : `${what}: ${known.cause}`, {
    hint: known?.hint ?? fallback,
    details: lines.length === 0 ? ['(the serial console is empty)'] : lines,
  });
}
