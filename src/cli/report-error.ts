import { exitCodeOf, FactoryError, messageOf } from '../core/errors.ts';

/** The one place that words an error for a person: message, findings, hint; our own bugs with their stack. */
export function formatError(error: unknown): string {
  const known = findKnown(error);
  if (known === undefined) return formatBug(error);
  if (known.code === 'interrupted') return 'interrupted\n';
  const lines = [`error: ${known.message}`, ...known.details.map((detail) => `  ${detail}`)];
  if (known.hint !== undefined) lines.push(`hint: ${known.hint}`);
  return `${lines.join('\n')}\n`;
}

/** What `--json` prints when a command fails. */
export function errorJson(error: unknown): unknown {
  const known = findKnown(error);
  return {
    error: {
      code: known?.code ?? 'internal',
      message: messageOf(error),
      details: known?.details ?? [],
      hint: known?.hint ?? null,
      exitCode: exitCodeOf(error),
    },
  };
}

/** What the operating system refused is no bug of ours, even where nobody foresaw it. */
function findKnown(error: unknown): FactoryError | undefined {
  if (error instanceof FactoryError) return error;
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  const hint = 'Look at the path named above: its owner, its mode, the space left.';
  return new FactoryError('io.failed', error.message, { hint, cause: error });
}

function formatBug(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${text}\nThis is a bug in hnf; please report it with the command you ran.\n`;
}
