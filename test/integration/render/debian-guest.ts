import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { createExec, type ExecResult } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { needTools, realTools, skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const namespaces = ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];

/** A real Debian 12, less a kernel and a running systemd: what guest scripts find there. */
const packages = [
  ...['systemd', 'systemd-timesyncd', 'openssh-server', 'sudo', 'ca-certificates', 'curl', 'openssl', 'kmod', 'procps'],
  ...['ufw', 'nftables', 'firewalld', 'iptables', 'auditd', 'grub2-common', 'grub-pc-bin'],
  ...['containerd', 'runc', 'tzdata', 'locales'],
];

export interface DebianGuest {
  root: string;
  /** A guest script; in a network of its own unless it has to reach this machine's. */
  run(script: string, env?: Readonly<Record<string, string>>, options?: { network?: boolean }): Promise<ExecResult>;
  /** Shell commands in the same surroundings. */
  sh(commands: string, options?: { network?: boolean }): Promise<ExecResult>;
  read(path: string): string;
  has(path: string): boolean;
  write(path: string, text: string, mode?: number): void;
  remove(path: string): void;
  /** Takes a program out of the way. */
  hide(path: string): void;
  /** Settings and what scripts leave behind, as they were at first. */
  reset(): Promise<void>;
}

/** What `reset` brings back. Programs stay: a test hides one and does not remove it. */
const changing = ['etc', 'boot', 'opt', 'usr/local'];

/** Where guest scripts and those of the tests write. */
const leftBehind = [
  ...['tmp/profile', 'var/lib/hnf-profile', 'var/tmp/hnf-preload', 'usr/lib/systemd/system/containerd.service.d'],
  ...['hnf-kept-run', 'snap-calls', 'calls', 'order'],
];

/**
 * Made once by mmdebstrap and kept in the cache; the guest is a copy, to be removed afterwards. Skips the test where there can be none.
 */
export async function makeDebianGuest(context: TestContext): Promise<DebianGuest> {
  const [mmdebstrap = ''] = await needTools(context, 'mmdebstrap');
  const allowed = await exec.run('unshare', [...namespaces, 'true'], { timeoutMs: 60_000 }).catch(() => undefined);
  if (allowed === undefined) skipOrFail(context, 'user namespaces are not allowed here');
  const { store, log, signal } = realTools();
  const entry = await store.provide('test-root', 'bookworm-profile-1', { log, signal }, async (folder) => {
    const quick = ['--dpkgopt=path-exclude=/usr/share/doc/*', '--aptopt=APT::Install-Recommends "false"'];
    const args = [
      '--variant=minbase',
      ...quick,
      `--include=${packages.join(',')}`,
      'bookworm',
      join(folder, 'root.tar'),
    ];
    await exec.run(mmdebstrap, args, { timeoutMs: 14 * 60_000 });
    return { packages };
  });
  const root = mkdtempSync(join(tmpdir(), 'hnf-debian-'));
  const args = ['--extract', '--no-same-owner', '--exclude=./dev/*', '-C', root, '-f', join(entry.folder, 'root.tar')];
  await exec.run('tar', args, { timeoutMs: 300_000 });
  const guest = describeGuest(root);
  await exec.run('tar', ['-C', root, '-cf', join(root, 'hnf-first.tar'), ...changing], { timeoutMs: 300_000 });
  return guest;
}

function describeGuest(root: string): DebianGuest {
  const inside = (path: string) => join(root, path);
  const hidden = new Set<string>();
  const start = (script: string, env: Readonly<Record<string, string>>, network: boolean) => {
    // A mistake in here must not reach this machine: its own root, mounts and processes, and usually its own network.
    const args = [...namespaces, ...(network ? [] : ['--net']), '/bin/sh', join(root, 'hnf-run.sh'), root, script];
    return exec.run('unshare', args, { env, timeoutMs: 10 * 60_000, accept: [0, 1, 2, 100] });
  };
  const guest: DebianGuest = {
    root,
    run(script, env = {}, { network = false } = {}) {
      cpSync(join(packageRoot(), 'templates/guest', script), inside('hnf-script.sh'));
      return start('/hnf-script.sh', env, network);
    },
    sh(commands, { network = false } = {}) {
      writeFileSync(inside('hnf-commands.sh'), commands);
      return start('/hnf-commands.sh', {}, network);
    },
    read: (path) => (existsSync(inside(path)) ? readFileSync(inside(path), 'utf8') : ''),
    has: (path) => existsSync(inside(path)),
    write(path, text, mode = 0o644) {
      mkdirSync(dirname(inside(path)), { recursive: true });
      writeFileSync(inside(path), text, { mode });
    },
    remove: (path) => rmSync(inside(path), { recursive: true, force: true }),
    hide(path) {
      renameSync(inside(path), inside(`${path}.hidden`));
      hidden.add(path);
    },
    async reset() {
      for (const path of hidden) renameSync(inside(`${path}.hidden`), inside(path));
      hidden.clear();
      for (const path of [...changing, ...leftBehind]) guest.remove(path);
      await exec.run('tar', ['-C', root, '-xf', inside('hnf-first.tar')], { timeoutMs: 300_000 });
    },
  };
  guest.write('hnf-run.sh', runScript);
  // One user id is all there is in here.
  guest.write('etc/apt/apt.conf.d/00-test', 'APT::Sandbox::User "root";\n');
  return guest;
}

const runScript = `set -eu
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
if [ -d "$1/hnf-kept-run" ]; then cp -a "$1/hnf-kept-run/." "$1/run/"; fi
mkdir -p "$1/run/sshd"
code=0
unset TMPDIR
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin chroot "$1" /bin/sh "$2" || code=$?
rm -rf "$1/hnf-kept-run"
cp -a "$1/run" "$1/hnf-kept-run"
exit "$code"
`;
