import { findSecretValues } from '../config/environment.ts';
import { systemClock } from '../core/clock.ts';
import { createExec } from '../core/exec.ts';
import { createLog } from '../core/log.ts';
import { SecretRegistry } from '../core/secrets.ts';
import type { CommandContext } from './command.ts';

/** The outside world as a command sees it; tests hand in their own streams. */
export interface CliWorld {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  isTerminal: boolean;
  /** Default: empty. */
  stdin?: () => AsyncIterable<Uint8Array>;
}

export function createContext(
  world: CliWorld,
  signal: AbortSignal,
  flags: { json: boolean; color: boolean; verbose: boolean },
): CommandContext {
  const secrets = new SecretRegistry();
  for (const value of findSecretValues(world.env)) secrets.add(value);
  const quiet = flags.json || isTruthy(world.env['CI']);
  return {
    cwd: world.cwd,
    env: world.env,
    exec: createExec(secrets),
    log: createLog({ write: world.stderr, secrets, verbose: flags.verbose }),
    clock: systemClock,
    secrets,
    signal,
    print: (text) => world.stdout(secrets.redact(text)),
    printJson: (value) => world.stdout(`${secrets.redact(JSON.stringify(value, null, 2))}\n`),
    printUnmasked: (text) => world.stdout(text),
    stdin: world.stdin ?? emptyStream,
    progress: (text) => world.stderr(secrets.redact(text)),
    interactive: world.isTerminal && !quiet,
    color: flags.color && world.isTerminal && !quiet && !world.env['NO_COLOR'],
  };
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

function isTruthy(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
