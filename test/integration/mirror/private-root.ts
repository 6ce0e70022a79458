import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FactoryError, messageOf } from '../../../src/core/errors.ts';
import type { Exec, ExecResult } from '../../../src/core/exec.ts';

/**
 * `nodeadm install` writes to /usr, /etc and /opt. It is only ever run with another folder as its root, in namespaces of its own,
 * under a path that this machine does not have: if the root were not changed, nothing would start.
 */
const nodeadmInside = '/hnf/nodeadm';

/** Why private roots cannot be used here; undefined when they can. */
export async function findObstacle(exec: Exec): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the stand-in artifacts are for Linux on amd64';
  if (existsSync(nodeadmInside)) return `${nodeadmInside} exists on this machine`;
  try {
    await exec.run('unshare', [...namespaces, '--root=/', 'true'], { timeoutMs: 10_000 });
    return undefined;
  } catch (error) {
    return `user namespaces are not allowed here: ${messageOf(error)}`;
  }
}

const namespaces = ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];

/** The least that nodeadm wants in private mode: who is root, and what system this is. */
export async function makeTinyRoot(nodeadm: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'root-'));
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(root, 'etc/os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
  await addNodeadm(root, nodeadm);
  return root;
}

/** Unpacks a Debian tree; its devices cannot be made by an ordinary user, and only /dev/null is missed. */
export async function unpackRoot(tar: string, nodeadm: string, exec: Exec): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'root-'));
  const args = ['--extract', '--no-same-owner', '--exclude=./dev/*', '--directory', root, '--file', tar];
  await exec.run('tar', args, { timeoutMs: 300_000 });
  await writeFile(join(root, 'dev/null'), '');
  await addNodeadm(root, nodeadm);
  return root;
}

async function addNodeadm(root: string, nodeadm: string): Promise<void> {
  await mkdir(join(root, 'hnf'));
  const target = join(root, nodeadmInside);
  await link(nodeadm, target).catch(() => copyFile(nodeadm, target));
}

export interface InstallOutcome extends ExecResult {
  /** `/opt/nodeadm/tracker`, which nodeadm writes last; undefined when the install did not get there. */
  tracker: string | undefined;
}

/** Runs `nodeadm install` inside a root with this manifest; exit codes 0 and 1 are both an outcome. */
export async function installInside(
  root: string,
  manifest: string,
  args: readonly string[],
  exec: Exec,
): Promise<InstallOutcome> {
  await writeFile(join(root, 'hnf/manifest.yaml'), manifest);
  const result = await runInside(root, [nodeadmInside, 'install', ...args, '-m', 'file:///hnf/manifest.yaml'], exec);
  const tracker = await readFile(join(root, 'opt/nodeadm/tracker'), 'utf8').catch(() => undefined);
  return { ...result, tracker };
}

export async function runInside(root: string, command: readonly string[], exec: Exec): Promise<ExecResult> {
  if (existsSync(nodeadmInside)) throw new FactoryError('internal', `${nodeadmInside} exists on this machine`);
  const env = { HOME: '/root', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return exec.run('/usr/bin/unshare', [...namespaces, `--root=${root}`, ...command], {
    env,
    timeoutMs: 120_000,
    accept: [0, 1],
  });
}
