/** Every way hnf fails, grouped by the exit code a person or a pipeline sees (docs: README, "Exit codes"). */
export const errorCodes = {
  /** 1: the work was started and failed. */
  failed: [
    'exec.failed',
    'exec.timeout',
    'build.failed',
    'guest.stalled',
    'verify.failed',
    'check.failed',
    'io.failed',
    'space.low',
    'busy',
    'cache.corrupt',
    'network.failed',
    'internal',
  ],
  /** 2: the input is wrong; found before anything was changed. */
  input: ['usage', 'config.invalid', 'config.not-found', 'input.invalid', 'input.not-found'],
  /** 3: a program or service that is needed is missing. */
  missing: ['tool.missing', 'tool.version', 'tool.impostor', 'plugin.missing', 'service.missing'],
  /** 130: a person or a supervisor stopped it. */
  interrupted: ['interrupted'],
} as const;

export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes][number];

export interface FactoryErrorOptions {
  /** What to do next, one sentence. */
  hint?: string | undefined;
  cause?: unknown;
  /** One line per finding, when several things are wrong at once. */
  details?: readonly string[];
}

/** The one error type of hnf. `message` says what happened with the value and what is accepted. */
export class FactoryError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, options: FactoryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FactoryError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
  }
}

const exitByCode = new Map<ErrorCode, number>([
  ...errorCodes.failed.map((code) => [code, 1] as const),
  ...errorCodes.input.map((code) => [code, 2] as const),
  ...errorCodes.missing.map((code) => [code, 3] as const),
  ...errorCodes.interrupted.map((code) => [code, 130] as const),
]);

/** The process exit code for an error: 1, 2, 3 or 130; anything that is not a FactoryError is our own bug, 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof FactoryError ? (exitByCode.get(error.code) ?? 1) : 1;
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** True for a Node system error with this code, e.g. `hasErrno(error, 'ENOENT')`. */
export function hasErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
