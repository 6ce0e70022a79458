import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { Exec } from '../../core/exec.ts';
import { ExecError } from '../../core/exec-error.ts';
import { sha256 } from '../../core/hash.ts';
import type { Store, StoreContext } from '../../core/store.ts';
import { withTempDir } from '../../core/temp.ts';

/** Debian keeps the installer's kernel and initrd as a package; isolinux is the boot loader of its media on BIOS. */
const packages = ['debian-installer-12-netboot-amd64', 'isolinux'] as const;
const installerFolder = 'usr/lib/debian-installer/images/12/amd64/text/debian-installer';
const isoName = 'debian-12-netboot.iso';

/** Raised when the ISO is laid out otherwise for the same packages. */
const layoutVersion = 1;

/** Label of the medium; nothing looks for it. */
const volumeLabel = 'HNF_DEBIAN_12';

const downloadTimeoutMs = 30 * 60_000;
const toolTimeoutMs = 5 * 60_000;

export interface InstallerContext extends StoreContext {
  exec: Exec;
  store: Store;
}

/**
 * A bootable ISO (BIOS) of Debian's own netboot installer, made of the distribution's packages of today: its kernel has to fit the
 * modules on the mirror. Made once per version of the packages. Needs apt, dpkg-deb and xorriso, no privileges.
 * @throws FactoryError `tool.missing`, `network.failed`.
 */
export async function provideDebianInstaller(context: InstallerContext): Promise<string> {
  const key = await installerKey(context);
  const entry = await context.store.provide('installer', key, context, async (folder) => {
    await withTempDir('hnf-installer', (work) => makeIso(work, join(folder, isoName), context), folder);
    return { packages: [...packages] };
  });
  return join(entry.folder, isoName);
}

/** apt names each package with its checksum without fetching it. */
async function installerKey({ exec, signal }: InstallerContext): Promise<string> {
  const args = ['-qq', 'download', '--print-uris', ...packages];
  // It says nothing of a package whose file is in the present folder already.
  const { stdout } = await withTempDir('hnf-apt', (cwd) =>
    exec.run('apt-get', args, { cwd, timeoutMs: toolTimeoutMs, signal }).catch(explain),
  );
  const sums = [...stdout.matchAll(/\b(?:SHA\d+|MD5Sum):[0-9a-f]+/g)].map((match) => match[0]);
  if (sums.length === packages.length) return sha256(JSON.stringify({ layoutVersion, sums }));
  throw new FactoryError('input.invalid', `apt does not know ${packages.join(' and ')}`, {
    hint: "Run `apt-get update`, or give a Debian installer's ISO by ISO_URL and ISO_CHECKSUM.",
  });
}

async function makeIso(work: string, target: string, { exec, signal }: InstallerContext): Promise<void> {
  const run = (file: string, args: readonly string[], timeoutMs = toolTimeoutMs) =>
    exec.run(file, args, { cwd: work, timeoutMs, signal }).catch(explain);
  await run('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', ...packages], downloadTimeoutMs);
  const tree = join(work, 'tree');
  for (const name of await readdir(work)) {
    if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(work, name), tree]);
  }
  const top = join(work, 'iso');
  await layOut(tree, top);
  await run('xorriso', [
    ...['-as', 'genisoimage', '-quiet', '-rock', '-joliet', '-volid', volumeLabel],
    ...['-b', 'isolinux.bin', '-c', 'boot.cat', '-no-emul-boot', '-boot-load-size', '4', '-boot-info-table'],
    ...['-o', `${target}.part`, top],
  ]);
  await rename(`${target}.part`, target);
  await rm(tree, { recursive: true });
}

/** As on Debian's own media: the menu files name each other from the top of the medium. */
async function layOut(tree: string, top: string): Promise<void> {
  const from = join(tree, installerFolder, 'amd64');
  const to = join(top, 'debian-installer/amd64');
  await mkdir(to, { recursive: true });
  for (const name of ['linux', 'initrd.gz', 'boot-screens']) {
    await cp(join(from, name), join(to, name), { recursive: true });
  }
  await cp(join(tree, 'usr/lib/ISOLINUX/isolinux.bin'), join(top, 'isolinux.bin'));
  await cp(join(from, 'boot-screens/ldlinux.c32'), join(top, 'ldlinux.c32'));
  await cp(join(from, 'boot-screens/syslinux.cfg'), join(top, 'isolinux.cfg'));
  await writeFile(join(top, 'README'), "Debian's netboot installer, put on a medium by hybrid-node-factory.\n");
}

function explain(error: unknown): never {
  if (!(error instanceof ExecError) || error.code !== 'exec.failed') throw error;
  const details = error.stderr.trim().split('\n').slice(-6);
  if (!error.command.startsWith('apt-get')) throw error;
  throw new FactoryError('network.failed', "the packages of Debian's installer could not be fetched", {
    hint: "Run `apt-get update` on a Debian or Ubuntu machine, or give an installer's ISO by ISO_URL and ISO_CHECKSUM.",
    details,
    cause: error,
  });
}
