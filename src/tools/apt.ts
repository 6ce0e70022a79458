import { FactoryError, messageOf } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import type { AptAccess, ToolsContext } from './context.ts';
import { listOnPath } from './find-on-path.ts';

const installTimeoutMs = 20 * 60_000;
/** From SIGINT until apt is killed. */
const graceMs = 5 * 60_000;

const aptOptions = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

/** What a person types to get these packages. Pure. */
export function aptCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Whether we may install packages without a question: as root, or by `sudo` without a password. Asked once per run. */
export function findAptAccess(context: ToolsContext): Promise<AptAccess> {
  context.memory.apt.ready ??= probeAccess(context);
  return context.memory.apt.ready;
}

async function probeAccess({ env, exec, signal }: ToolsContext): Promise<AptAccess> {
  const no = (reason: string, hasApt = true) => ({ usable: false, reason, hasApt }) as const;
  if (listOnPath('apt-get', env['PATH']).length === 0) return no('this machine has no apt-get', false);
  if (process.getuid?.() === 0) return { usable: true, prefix: [] };
  if (listOnPath('sudo', env['PATH']).length === 0) return no('we are not root and sudo is not there');
  try {
    await exec.run('sudo', ['-n', 'true'], { timeoutMs: 10_000, signal });
    return { usable: true, prefix: ['sudo', '-n'] };
  } catch (error) {
    if (error instanceof ExecError && error.code === 'interrupted') throw error;
    return no('we are not root and sudo asks for a password');
  }
}

/**
 * Installs distribution packages, one apt run after another. Fresh package lists are only fetched when the known ones do not do.
 * @throws FactoryError `tool.missing` with the command to type when we may not, or with what apt said.
 */
export async function installPackages(packages: readonly string[], context: ToolsContext): Promise<void> {
  const access = await findAptAccess(context);
  if (!access.usable) {
    const hint = access.hasApt
      ? `As root: ${aptCommand(packages)}`
      : `Install what Debian calls ${packages.join(', ')} with this machine's package manager.`;
    throw new FactoryError('tool.missing', `cannot install ${packages.join(' ')}: ${access.reason}`, { hint });
  }
  const turn = context.memory.apt.queue.then(() => install(packages, access.prefix, context));
  context.memory.apt.queue = turn.catch(() => {});
  await turn;
}

/** For who needs a package's file, not the package installed. @throws FactoryError `tool.missing` when we may not. */
export async function refreshPackageLists(context: ToolsContext): Promise<void> {
  const access = await findAptAccess(context);
  if (!access.usable)
    throw new FactoryError('tool.missing', `cannot fetch package lists: ${access.reason}`, {
      hint: 'As root: apt-get update',
    });
  await runApt(aptProgram(['update']), access.prefix, context);
}

async function install(packages: readonly string[], prefix: readonly string[], context: ToolsContext): Promise<void> {
  const run = (args: readonly string[]) => runApt(aptProgram(args), prefix, context);
  try {
    await run(['install', ...aptOptions, ...packages]);
  } catch (error) {
    if (!(error instanceof ExecError) || error.code !== 'exec.failed') throw error;
    context.log.debug(`apt-get install failed, fetching package lists: ${messageOf(error)}`);
    await run(['update']);
    await run(['install', ...aptOptions, ...packages]).catch((cause: unknown) => {
      throw aptError(packages, cause);
    });
  }
}

/** `env` because sudo hands no variables on. */
function aptProgram(args: readonly string[]): string[] {
  return ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get', ...args];
}

/**
 * At an interrupt or the deadline apt gets SIGINT and nothing else: it then lets the dpkg that is running come to its end (measured: up to a
 * minute) and starts no other. SIGTERM ends apt at once and its dpkg in the middle of a package. What still runs five minutes after the
 * SIGINT is killed; `dpkg --configure -a` and `apt-get -f install` mend what that leaves.
 *
 * `timeout` keeps the deadline, because it is root where apt is root, and even if hnf is killed. sudo passes signals on; where we may not
 * signal our own sudo (that depends on its version), another one does it.
 */
async function runApt(
  command: readonly string[],
  prefix: readonly string[],
  { exec, log, signal }: ToolsContext,
): Promise<void> {
  const [limit, grace] = [installTimeoutMs / 1000, graceMs / 1000];
  const [file = '', ...args] = [...prefix, 'timeout', '--signal=INT', `--kill-after=${grace}`, `${limit}`, ...command];
  // Ours come later than those of `timeout`.
  const times = { timeoutMs: installTimeoutMs + 2 * graceMs, killGraceMs: graceMs + 30_000 };
  const running = exec.start(file, args, { ...times, stopSignal: 'SIGINT', signal });
  const interrupt = () => {
    log.info('apt-get is asked to stop after the step it is at');
    const [sudo, ...options] = prefix;
    if (sudo === undefined) return;
    const asked = exec.run(sudo, [...options, 'kill', '-s', 'INT', `${running.pid}`], { timeoutMs: 10_000 });
    asked.catch((error: unknown) => log.debug(`sudo kill: ${messageOf(error)}`));
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    await running.done;
  } catch (error) {
    throw isDeadline(error) ? deadlineError(error) : error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** `timeout` ends with 124, or with 137 when it had to kill. */
function isDeadline(error: unknown): error is ExecError {
  return error instanceof ExecError && error.code === 'exec.failed' && [124, 137].includes(error.exitCode ?? 0);
}

function deadlineError(cause: ExecError): FactoryError {
  const message = `apt-get was stopped after its deadline of ${installTimeoutMs / 60_000} minutes`;
  const hint = 'Run `apt-get -f install` as root, then the same command again.';
  return new FactoryError('exec.timeout', message, { hint, details: cause.details, cause });
}

function aptError(packages: readonly string[], cause: unknown): unknown {
  if (!(cause instanceof ExecError) || cause.code === 'interrupted') return cause;
  return new FactoryError('tool.missing', `apt-get could not install ${packages.join(' ')}`, {
    hint: `Look at what it says: ${aptCommand(packages)}`,
    details: cause.details,
    cause,
  });
}
