import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import { sha256File } from '../core/hash.ts';
import { withTempDir } from '../core/temp.ts';
import type { ToolsContext } from './context.ts';
import { platformName } from './platform.ts';
import { binaryOf, type StoredTool, type ToolRequest } from './stored.ts';
import type { DebPackage } from './types.ts';

/** apt's own downloader: knows the proxies, passwords and certificates that this machine's apt is set up with. Needs no root. */
const aptHelper = '/usr/lib/apt/apt-helper';

const downloadTimeoutMs = 5 * 60_000;

const patience = ['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'];

/** Tried after this machine's own mirrors. A package stays in the first while its release is kept there, then moves to the second. */
const publicMirrors = ['http://deb.debian.org/debian/', 'http://archive.debian.org/debian/'];

/**
 * Fetches a package of Debian's archive and leaves the wanted files of it in `folder`. Nothing is installed.
 * @throws FactoryError `tool.missing` when no mirror has it or this machine has no apt, `check.failed` when what came is another file.
 */
export async function fetchDeb(
  request: ToolRequest,
  deb: DebPackage,
  folder: string,
  context: ToolsContext,
): Promise<StoredTool> {
  const started = context.clock.now();
  const source = await withTempDir(
    'deb',
    async (temporary) => {
      const file = join(temporary, 'package.deb');
      const url = await downloadDeb(deb, file, context);
      await unpack(file, deb, folder, context);
      return url;
    },
    folder,
  );
  return {
    name: request.tool.name,
    version: request.version,
    platform: platformName(request.platform),
    origin: 'deb',
    source,
    binary: binaryOf(request.tool),
    seconds: Math.round((context.clock.now() - started) / 1000),
  };
}

/**
 * Fetches a package as it is; its digest is checked. Gives the address it came from.
 * @throws FactoryError `tool.missing`, `check.failed` as `fetchDeb`
 */
export async function downloadDeb(
  deb: Pick<DebPackage, 'path' | 'sha256'>,
  file: string,
  context: ToolsContext,
): Promise<string> {
  const url = await download(deb, file, context);
  await checkDigest(file, url, deb, context);
  return url;
}

/** The address it came from. */
async function download(deb: Pick<DebPackage, 'path'>, file: string, context: ToolsContext): Promise<string> {
  const refusals: string[] = [];
  for (const mirror of await listMirrors(context)) {
    const url = new URL(deb.path, mirror).href;
    const refusal = await tryDownload(url, file, context);
    if (refusal === undefined) return url;
    refusals.push(refusal);
  }
  throw new FactoryError('tool.missing', `no Debian mirror gave '${basename(deb.path)}'`, { details: refusals });
}

/** What apt said when this mirror does not have it. */
async function tryDownload(url: string, file: string, { exec, signal }: ToolsContext): Promise<string | undefined> {
  const options = { timeoutMs: downloadTimeoutMs, signal, env: { LC_ALL: 'C' } };
  try {
    await exec.run(aptHelper, [...patience, 'download-file', url, file], options);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExecError) || error.code === 'interrupted') throw error;
    if (error.code === 'tool.missing') throw noAptError(error);
    return /^E: (?!Download Failed)(.*)$/m.exec(error.stderr)?.[1]?.trim() ?? `${url}: ${error.message}`;
  }
}

/** Mirrors of Debian that this machine's apt uses, then the public ones; each once. */
async function listMirrors({ exec, signal }: ToolsContext): Promise<string[]> {
  const args = ['indextargets', '--format', '$(LABEL)|$(COMPONENT)|$(REPO_URI)', 'Created-By: Packages'];
  try {
    const { stdout } = await exec.run('apt-get', args, { timeoutMs: 60_000, signal, env: { LC_ALL: 'C' } });
    return [...new Set([...parseMirrors(stdout), ...publicMirrors])];
  } catch (error) {
    if (!(error instanceof ExecError) || error.code === 'interrupted') throw error;
    if (error.code === 'tool.missing') throw noAptError(error);
    return publicMirrors;
  }
}

/**
 * Out of the lines `label|component|root`: what calls itself Debian and has `main`. Addresses with a password are passed over: it would
 * stand on a command line (apt's auth.conf is the place for it). Pure.
 */
export function parseMirrors(indexTargets: string): string[] {
  return indexTargets
    .split('\n')
    .map((line) => line.split('|'))
    .filter(
      ([label, component, root]) => label === 'Debian' && component === 'main' && /^https?:[^@]*$/.test(root ?? ''),
    )
    .map(([, , root = '']) => (root.endsWith('/') ? root : `${root}/`));
}

async function checkDigest(
  file: string,
  url: string,
  deb: Pick<DebPackage, 'sha256'>,
  context: ToolsContext,
): Promise<void> {
  const digest = await sha256File(file, context.signal);
  if (digest === deb.sha256) return;
  throw new FactoryError('check.failed', `${url} has SHA-256 ${digest}, expected is ${deb.sha256}`, {
    hint: 'The mirror, or something on the way to it, gives another file than Debian published: do not use it.',
  });
}

async function unpack(file: string, deb: DebPackage, folder: string, { exec, signal }: ToolsContext): Promise<void> {
  const target = `${file}.unpacked`;
  await exec.run('dpkg-deb', ['-x', file, target], { timeoutMs: 5 * 60_000, signal });
  for (const path of deb.files) await rename(join(target, path), join(folder, basename(path)));
}

function noAptError(cause: ExecError): FactoryError {
  const message =
    "a package of Debian's archive is fetched by apt and unpacked by dpkg-deb, and this machine has no apt";
  return new FactoryError('tool.missing', message, { cause });
}
