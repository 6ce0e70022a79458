import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { createExec, type ExecResult } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { needTools, realTools, skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const namespaces = ['--map-root-user', '--mount', '--pid', '--net', '--fork', '--kill-child'];

/** What starts on a node at boot, by the suite's own units. */
const packages = [
  ...['systemd', 'systemd-sysv', 'systemd-timesyncd', 'dbus', 'udev', 'libpam-systemd', 'cloud-init', 'netplan.io'],
  ...['openssh-server', 'open-vm-tools', 'qemu-guest-agent', 'containerd', 'iptables'],
];

export interface SystemdRoot {
  /** Version of systemd. */
  version: string;
  /** Shell commands inside. */
  sh(commands: string): Promise<ExecResult>;
  write(path: string, text: string): void;
  dispose(): void;
}

/** A Debian of a suite with the real units of systemd and cloud-init, and the join unit put in and enabled as an image has it. */
export async function makeSystemdRoot(context: TestContext, suite: string): Promise<SystemdRoot> {
  const [mmdebstrap = ''] = await needTools(context, 'mmdebstrap');
  const allowed = await exec.run('unshare', [...namespaces, 'true'], { timeoutMs: 60_000 }).catch(() => undefined);
  if (allowed === undefined) skipOrFail(context, 'user namespaces are not allowed here');
  const { store, log, signal } = realTools();
  const entry = await store.provide('test-root', `${suite}-systemd-1`, { log, signal }, async (folder) => {
    const quick = ['--dpkgopt=path-exclude=/usr/share/doc/*', '--aptopt=APT::Install-Recommends "false"'];
    const wanted = suite === 'bullseye' ? packages : [...packages, 'systemd-resolved'];
    const args = ['--variant=minbase', ...quick, `--include=${wanted.join(',')}`, suite, join(folder, 'root.tar')];
    await exec.run(mmdebstrap, args, { timeoutMs: 14 * 60_000 });
    return { packages: wanted };
  });
  const root = mkdtempSync(join(tmpdir(), 'hnf-systemd-'));
  const args = ['--extract', '--no-same-owner', '--exclude=./dev/*', '-C', root, '-f', join(entry.folder, 'root.tar')];
  await exec.run('tar', args, { timeoutMs: 300_000 });
  const systemd: SystemdRoot = {
    version: '',
    sh(commands) {
      writeFileSync(join(root, 'hnf-commands.sh'), commands);
      writeFileSync(join(root, 'hnf-run.sh'), runScript);
      return exec.run('unshare', [...namespaces, '/bin/sh', join(root, 'hnf-run.sh'), root], {
        timeoutMs: 10 * 60_000,
        accept: [0, 1],
      });
    },
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
  await installJoin(root, systemd);
  const { stdout } = await systemd.sh('systemctl --version | head -n 1');
  return { ...systemd, version: /^systemd (\d+)/.exec(stdout)?.[1] ?? stdout };
}

/** By the script of the image build. */
async function installJoin(root: string, systemd: SystemdRoot): Promise<void> {
  const guest = join(packageRoot(), 'templates/guest');
  mkdirSync(join(root, 'tmp/join'), { recursive: true });
  for (const name of readdirSync(join(guest, 'join'))) cpSync(join(guest, 'join', name), join(root, 'tmp/join', name));
  cpSync(join(guest, 'install-join.sh'), join(root, 'install-join.sh'));
  // There is no systemd to be told.
  const { exitCode, stdout, stderr } = await systemd.sh('SYSTEMD_OFFLINE=1 sh /install-join.sh');
  if (exitCode !== 0) throw new Error(`install-join.sh: ${stdout}${stderr}`);
}

const runScript = `set -eu
mount --rbind /dev "$1/dev"
# An old systemd-analyze wants to see control groups, and makes one for itself: not on this machine.
mkdir -p "$1/sys"
mount --rbind /sys "$1/sys"
awk -v below="$1/sys" '$2 == below || index($2, below "/") == 1 { print $2 }' /proc/self/mounts | while read -r place; do
  mount -o remount,bind,ro "$place"
done
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
unset TMPDIR
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin exec chroot "$1" /bin/sh /hnf-commands.sh
`;
