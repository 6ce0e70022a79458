import type { SecretRegistry } from './secrets.ts';

export type LogFields = Readonly<Record<string, unknown>>;

/** Messages for people, on stderr. The result of a command never goes through here. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

export function createLog(options: { write: (line: string) => void; secrets: SecretRegistry; verbose: boolean }): Log {
  const print = (prefix: string, message: string, fields: LogFields | undefined) =>
    options.write(options.secrets.redact(`${prefix}${message}${formatFields(fields)}\n`));
  return {
    debug: (message, fields) => (options.verbose ? print('debug: ', message, fields) : undefined),
    info: (message, fields) => print('', message, fields),
    warn: (message, fields) => print('warning: ', message, fields),
  };
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {} };

function formatFields(fields: LogFields | undefined): string {
  if (fields === undefined) return '';
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}
