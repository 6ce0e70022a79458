import { FactoryError } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import { installPackages } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { listOnPath } from './find-on-path.ts';

/** Where pip puts what, and from what. */
export interface PipOrder {
  /** Has pip. */
  python: string;
  requirements: string;
  target: string;
  /** pip's own switches besides those that refuse everything unpinned. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

const installTimeoutMs = 20 * 60_000;

/** Into a folder of its own: what is not in the file with its digest is refused. @throws ExecError with what pip said. */
export async function runPip(order: PipOrder, context: ToolsContext): Promise<void> {
  const pinned = ['--no-deps', '--require-hashes', '--only-binary=:all:'];
  const quiet = ['--no-cache-dir', '--disable-pip-version-check', '--quiet'];
  const target = ['--target', order.target, '-r', order.requirements];
  const args = ['-m', 'pip', 'install', ...pinned, ...quiet, ...(order.args ?? []), ...target];
  const env = { PIP_ROOT_USER_ACTION: 'ignore', ...pipEnv(context), ...order.env };
  await context.exec.run(order.python, args, { timeoutMs: installTimeoutMs, signal: context.signal, env });
}

/** The first `python3` of the PATH that has pip; Debian's package is installed if none has. @throws FactoryError `tool.missing`. */
export async function providePip(context: ToolsContext): Promise<string> {
  const found = await findPip(context);
  if (found !== undefined) return found;
  await installPackages(['python3-pip'], context);
  const installed = await findPip(context);
  if (installed !== undefined) return installed;
  throw new FactoryError('tool.missing', 'no python3 with pip', { hint: 'Install python3-pip.' });
}

async function findPip(context: ToolsContext): Promise<string | undefined> {
  for (const python of listOnPath('python3', context.env['PATH'])) {
    try {
      await context.exec.run(python, ['-m', 'pip', '--version'], { timeoutMs: 60_000, signal: context.signal });
      return python;
    } catch (error) {
      if (error instanceof ExecError && error.code === 'interrupted') throw error;
    }
  }
  return undefined;
}

/** A company's index is set by these; exec hands on no more than it is told. */
function pipEnv({ env }: ToolsContext): Record<string, string> {
  const names = Object.keys(env).filter((name) => name.startsWith('PIP_'));
  return Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
}
