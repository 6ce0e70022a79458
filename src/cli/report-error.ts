import { exitCodeOf, FactoryError } from '../core/errors.ts';

/** The one place that words an error for a person: message, findings, hint; our own bugs with their stack. */
export function formatError(error: unknown): string {
  if (isSystemError(error))
    return `error: ${error.message}\nhint: Look at the path named above: its owner, its mode, the space left.\n`;
  if (!(error instanceof FactoryError)) return formatBug(error);
  if (error.code === 'interrupted') return 'interrupted\n';
  const lines = [`error: ${error.message}`, ...error.details.map((detail) => `  ${detail}`)];
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return `${lines.join('\n')}\n`;
}

/** What `--json` prints when a command fails. */
export function errorJson(error: unknown): unknown {
  const known = error instanceof FactoryError ? error : undefined;
  return {
    error: {
      code: known?.code ?? 'internal',
      message: error instanceof Error ? error.message : String(error),
      details: known?.details ?? [],
      hint: known?.hint ?? null,
      exitCode: exitCodeOf(error),
    },
  };
}

/** What the operating system refused is no bug of ours, even where nobody foresaw it. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error && !(error instanceof FactoryError);
}

function formatBug(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error: ${text}\nThis is a bug in hnf; please report it with the command you ran.\n`;
}
