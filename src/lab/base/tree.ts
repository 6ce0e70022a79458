import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { ExecError } from '../../core/exec-error.ts';
import { shellWord } from '../../core/shell-word.ts';
import { type BaseContext, commandOptions } from './context.ts';
import type { NamespaceMode } from './namespace.ts';
import { type BasePlan, sourceDateEpoch } from './plan.ts';
import { archiveKeyring } from './suites.ts';

const installTimeoutMs = 60 * 60_000;

/** Settings for the installation only; customize.sh removes the first, the rest is also in the image's own files. */
const dpkgOptions = [
  'force-unsafe-io',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  ...['man', 'info', 'locale', 'lintian'].map((folder) => `path-exclude=/usr/share/${folder}/*`),
];
const aptOptions = ['Acquire::Languages "none"', 'APT::Install-Recommends "false"', 'Acquire::Retries "3"'];

/** What the hooks read: the files to place, the hooks themselves. Readable by the namespace's root, nothing in it is secret. */
export async function writeInput(plan: BasePlan, input: string): Promise<void> {
  for (const folder of [input, join(input, 'tree')]) {
    await mkdir(folder);
    await chmod(folder, 0o755);
  }
  for (const file of plan.files) await place(join(input, 'tree', file.path), file.content, file.mode);
  await place(join(input, 'grub-early.cfg'), plan.grub.bios, 0o644);
  if (plan.hooks.mergeUsr !== undefined) await place(join(input, 'merge-usr.sh'), plan.hooks.mergeUsr, 0o755);
  await place(join(input, 'customize.sh'), plan.hooks.customize, 0o755);
  await place(join(input, 'filesystem.sh'), plan.hooks.filesystem, 0o755);
}

/** The modes are for good whatever the caller's umask is: folders 0755, files as told. */
async function place(path: string, content: string, mode: number): Promise<void> {
  const created = await mkdir(dirname(path), { recursive: true });
  if (created !== undefined) {
    for (let folder = dirname(path); folder.length >= created.length; folder = dirname(folder))
      await chmod(folder, 0o755);
  }
  await writeFile(path, content);
  await chmod(path, mode);
}

/**
 * As root mmdebstrap mounts /proc, /sys and /dev/shm into the tree where everybody sees it, and leaves them when it is killed; whoever
 * removes the tree then removes this machine's files. In namespaces of its own, nothing of it outlives its processes.
 */
const privateMounts = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;

/** Installs the packages into `tree`. @throws FactoryError `build.failed`, `network.failed`, `exec.timeout`, `interrupted`. */
export async function installTree(
  plan: BasePlan,
  context: BaseContext,
  where: { mode: NamespaceMode; input: string; tree: string; temp: string },
): Promise<void> {
  const options = commandOptions(context, installTimeoutMs);
  // One initramfs at the end instead of one per package that has a say in it. What mmdebstrap leaves when it is killed goes with `temp`.
  const env = { ...options.env, INITRD: 'No', TMPDIR: where.temp };
  const [file, ...first] =
    where.mode === 'root' ? [...privateMounts, context.tools.mmdebstrap] : [context.tools.mmdebstrap];
  const args = [
    `--mode=${where.mode}`,
    '--variant=minbase',
    '--format=directory',
    `--architectures=${plan.spec.arch}`,
    `--include=${plan.packages.join(',')}`,
    ...[...aptOptions, ...(context.aptOptions ?? [])].map((option) => `--aptopt=${option}`),
    ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
    ...renderHooks(where.input, plan.hooks.mergeUsr !== undefined),
    plan.spec.suite,
    where.tree,
    ...plan.sources,
  ];
  try {
    await context.exec.run(file, [...first, ...args], { ...options, env });
  } catch (error) {
    throw explainFailure(plan, error);
  }
}

/** mmdebstrap gives each to a shell, with the tree as `$1`. Pure. */
export function renderHooks(input: string, mergeUsr: boolean): string[] {
  const word = (name: string) => shellWord(`${input}/${name}`);
  return [
    ...(mergeUsr ? [`--setup-hook=${word('merge-usr.sh')} "$1"`] : []),
    `--essential-hook=mkdir -p "$1/etc/initramfs-tools" && cp -R --no-preserve=ownership ${word('tree/etc/initramfs-tools/.')} "$1/etc/initramfs-tools/"`,
    `--customize-hook=${word('customize.sh')} "$1" ${shellWord(input)} ${sourceDateEpoch}`,
  ];
}

function explainFailure(plan: BasePlan, cause: unknown): unknown {
  if (!(cause instanceof ExecError) || cause.code !== 'exec.failed') return cause;
  const { suite, mirror } = plan.spec;
  const errors = cause.stderr.split('\n').filter((line) => /^(E|W|Err):|not signed|NO_PUBKEY|error:/i.test(line));
  const details = errors.slice(0, 12);
  if (errors.some((line) => /NO_PUBKEY|not signed|public key/i.test(line))) {
    const hint = `Install a newer debian-archive-keyring: ${archiveKeyring} must know the keys of '${suite}'.`;
    return new FactoryError('build.failed', `the signature of '${suite}' on ${mirror} cannot be verified`, {
      hint,
      details,
      cause,
    });
  }
  if (errors.some((line) => /Could not (resolve|connect)|Failed to fetch|Connection (refused|timed out)/i.test(line))) {
    const hint = 'Check the network and the proxy variables, or choose another package mirror.';
    return new FactoryError('network.failed', `packages of '${suite}' could not be fetched from ${mirror}`, {
      hint,
      details,
      cause,
    });
  }
  return new FactoryError('build.failed', `mmdebstrap could not install Debian '${suite}'`, { details, cause });
}
