import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FactoryError, messageOf } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import { withFileLock } from '../core/lock.ts';
import { withTempDir } from '../core/temp.ts';
import { refreshPackageLists } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { downloadDeb } from './fetch-deb.ts';
import { findPythonEnv, type PythonEnv, providePythonEnv } from './python-env.ts';

/** cloud-init's own programs, unpacked and not installed: installed, it would set this machine up anew at its next start. */
export interface CloudInit {
  /** Our launcher. */
  path: string;
  version: string;
}

/** Undefined when it has to be unpacked. */
export async function findCloudInit(context: ToolsContext): Promise<CloudInit | undefined> {
  const env = await findPythonEnv(context);
  return env === undefined ? undefined : inspect(folderOf(env));
}

/** The distribution's package, unpacked into our folder. @throws FactoryError `tool.missing` when there is none to be had. */
export async function provideCloudInit(context: ToolsContext): Promise<CloudInit> {
  const env = await providePythonEnv(context);
  return provide(folderOf(env), env, context, (folder) => download(folder, context));
}

/** Releases that payloads are tried with: those of Debian 11, 12 and 13, between which Ubuntu 20.04 to 24.04, RHEL 8 and 9 and AL2023 lie. */
export const cloudInitReleases = {
  '20.4.1': {
    path: 'pool/main/c/cloud-init/cloud-init_20.4.1-2+deb11u1_all.deb',
    sha256: 'fdb55f0cef217f31852ddcdbe56c271ce42b3f99797702a5265d8dad14471ba1',
  },
  '22.4.2': {
    path: 'pool/main/c/cloud-init/cloud-init_22.4.2-1+deb12u4_all.deb',
    sha256: 'c18c9b1a999268413f215371ae6382f8705a437b2b24c049d6dbafcc111a1d09',
  },
  '25.1.4': {
    path: 'pool/main/c/cloud-init/cloud-init_25.1.4-1+deb13u1_all.deb',
    sha256: '1b120a44110e7234c9cf9ccde78fb5d5ea1292c94ef0ca70d09a580f72980df3',
  },
} as const satisfies Record<string, { path: string; sha256: string }>;
export type CloudInitRelease = keyof typeof cloudInitReleases;

/** One of them, out of Debian's archive. @throws FactoryError `tool.missing` when no mirror has it any more. */
export async function provideCloudInitRelease(release: CloudInitRelease, context: ToolsContext): Promise<CloudInit> {
  const env = await providePythonEnv(context);
  const deb = cloudInitReleases[release];
  return provide(`${folderOf(env)}-${release}`, env, context, async (folder) => {
    await downloadDeb(deb, join(folder, basename(deb.path)), context);
  });
}

/** Puts a package into a folder. */
type Fetch = (folder: string) => Promise<void>;

function provide(folder: string, env: PythonEnv, context: ToolsContext, fetch: Fetch): Promise<CloudInit> {
  const options = { what: 'unpacking cloud-init', timeoutMs: 10 * 60_000, signal: context.signal };
  const make = async () => (await inspect(folder)) ?? unpack(folder, env, context, fetch);
  return withFileLock(`${folder}.lock`, options, make);
}

function folderOf(env: PythonEnv): string {
  return join(dirname(env.folder), `cloud-init-${basename(env.folder)}`);
}

/** `version` is written when everything else is there. */
async function inspect(folder: string): Promise<CloudInit | undefined> {
  const version = await readFile(join(folder, 'version'), 'utf8').catch(() => undefined);
  return version === undefined ? undefined : { path: join(folder, 'bin', 'cloud-init'), version: version.trim() };
}

async function unpack(folder: string, env: PythonEnv, context: ToolsContext, fetch: Fetch): Promise<CloudInit> {
  const startedAt = context.clock.now();
  const event = { operation: 'tools install', subject: 'cloud-init', phase: 'fetch' } as const;
  context.emit({ ...event, status: 'start', detail: "the distribution's package, unpacked" });
  await withTempDir('cloud-init', (temporary) => fill({ temporary, folder, env, fetch }, context), dirname(folder));
  context.emit({ ...event, status: 'done', seconds: (context.clock.now() - startedAt) / 1000 });
  const made = await inspect(folder);
  if (made === undefined) throw new FactoryError('internal', `'${folder}' was made and is not there`);
  return made;
}

interface Filling {
  temporary: string;
  folder: string;
  env: PythonEnv;
  fetch: Fetch;
}

async function fill({ temporary, folder, env, fetch }: Filling, context: ToolsContext): Promise<void> {
  const { exec, signal } = context;
  await fetch(temporary);
  const archive = (await readdir(temporary)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new FactoryError('tool.missing', 'apt-get download brought no package');
  const made = join(temporary, 'made');
  await exec.run('dpkg-deb', ['-x', join(temporary, archive), made], { timeoutMs: 120_000, signal });
  await mkdir(join(made, 'bin'));
  await writeFile(join(made, 'bin', 'cloud-init'), launcher(env));
  await chmod(join(made, 'bin', 'cloud-init'), 0o755);
  // Without it, every start would compile half of cloud-init again where the folder cannot be written.
  await exec.run(env.python, ['-m', 'compileall', '-q', join(made, library)], { timeoutMs: 300_000, signal });
  const version = /^cloud-init_(\d+(?:\.\d+)*)/.exec(archive)?.[1] ?? 'unknown';
  await exec.run(join(made, 'bin', 'cloud-init'), ['--version'], { timeoutMs: 120_000, signal });
  await writeFile(join(made, 'version'), `${version}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
}

const library = 'usr/lib/python3/dist-packages';

function launcher(env: PythonEnv): string {
  return `#!${env.python}
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "${library}"))
from cloudinit.cmd.main import main
sys.exit(main())
`;
}

async function download(folder: string, context: ToolsContext): Promise<void> {
  const options = { cwd: folder, timeoutMs: 300_000, signal: context.signal };
  const fetch = () => context.exec.run('apt-get', ['-q', 'download', 'cloud-init'], options);
  try {
    await fetch();
  } catch (error) {
    if (error instanceof ExecError && error.code === 'interrupted') throw error;
    context.log.debug(`apt-get download failed, fetching package lists: ${messageOf(error)}`);
    try {
      await refreshPackageLists(context);
      await fetch();
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

function unreachable(cause: unknown): unknown {
  if (!(cause instanceof FactoryError) || cause.code === 'interrupted') return cause;
  const hint = 'It is a package of Debian, Ubuntu, Fedora and RHEL; installed, it is found on the PATH.';
  const details = [cause.message, ...cause.details];
  return new FactoryError('tool.missing', 'cloud-init cannot be had from this machine', { hint, details, cause });
}
