import { FactoryError, messageOf } from '../../core/errors.ts';
import { ExecError } from '../../core/exec-error.ts';
import { type BaseContext, commandOptions } from './context.ts';

/**
 * Where the tree is made: as root in a mount namespace, otherwise in a user namespace whose root is a subordinate id of the user. In both
 * the files belong to uid 0 as seen from inside, and no mount reaches this machine.
 */
export type NamespaceMode = 'root' | 'unshare';

const hint =
  'As an ordinary user: install uidmap, and give the user a range in /etc/subuid and /etc/subgid ' +
  '(`sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER`).';

/** Tries it. @throws FactoryError `tool.missing` with what is needed. */
export async function checkNamespace(context: BaseContext): Promise<NamespaceMode> {
  try {
    await runInside(context, ['true'], { timeoutMs: 30_000 });
  } catch (cause) {
    if (!(cause instanceof ExecError) || cause.code !== 'exec.failed') throw cause;
    const details = cause.stderr.split('\n').filter((line) => line !== '');
    throw new FactoryError('tool.missing', `no namespace to install Debian in: ${details.at(-1) ?? messageOf(cause)}`, {
      hint,
      details,
      cause,
    });
  }
  return process.getuid?.() === 0 ? 'root' : 'unshare';
}

/** Runs a program as the root that owns the tree. `signal` can be left out for clean-up after an abort. */
export async function runInside(
  context: BaseContext,
  command: readonly string[],
  options: { timeoutMs: number; env?: Readonly<Record<string, string>>; evenIfAborted?: boolean },
): Promise<void> {
  const common = commandOptions(context, options.timeoutMs);
  const { signal: _, ...withoutSignal } = common;
  await context.exec.run(context.tools.mmdebstrap, ['--unshare-helper', ...command], {
    ...(options.evenIfAborted === true ? withoutSignal : common),
    env: { ...common.env, ...options.env },
  });
}
