import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run-cli.ts';

export interface CliRun {
  exitCode: number;
  stdout: string;
  stderr: string;
  cwd: string;
}

/** Runs one command line in this process, in a folder and with an environment of its own. */
export async function runHnf(
  argv: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string | undefined>>; stdin?: string | Uint8Array } = {},
): Promise<CliRun> {
  const cwd = options.cwd ?? mkdtempSync(join(tmpdir(), 'cli-'));
  let stdout = '';
  let stderr = '';
  const exitCode = await runCli(argv, {
    cwd,
    env: options.env ?? {},
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isTerminal: false,
    stdin: async function* () {
      yield Buffer.from(options.stdin ?? '');
    },
  });
  return { exitCode, stdout, stderr, cwd };
}
