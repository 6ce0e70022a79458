import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { skipOrFail } from '../../helpers/need-tools.ts';

const exec = createExec();
const fixtures = join(packageRoot(), 'test/fixtures/rpm');
const namespaces = ['--map-root-user', '--mount', '--pid', '--fork', '--kill-child'];

interface Outcome {
  exitCode: number;
  output: string;
  /** Programs that were started, stand-ins all. */
  commands: string[];
  /** A file below the root; empty when there is none. */
  read(path: string): string;
  has(path: string): boolean;
}

interface GuestOptions {
  system: 'rhel' | 'amzn';
  version: string;
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
}

/** RPM systems do not run here: the script is real, what it calls for packages and the initramfs is not (test/fixtures/rpm). */
async function runBase(
  context: TestContext,
  { system, version, files = {}, env = {} }: GuestOptions,
): Promise<Outcome> {
  const allowed = await exec.run('unshare', [...namespaces, 'true'], { timeoutMs: 60_000 }).catch(() => undefined);
  if (allowed === undefined) skipOrFail(context, 'user namespaces are not allowed here');
  const root = mkdtempSync(join(tmpdir(), 'hnf-rpm-'));
  const all = {
    'etc/os-release': `ID=${system}\nVERSION_ID="${version}"\n`,
    'etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
    'etc/installed': '',
    'etc/not-offered': '',
    'etc/no-modules': '',
    'etc/dnf-fails': '0',
    'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\n',
    'etc/selinux/config': '# a comment\nSELINUX=enforcing\nSELINUXTYPE=targeted\n',
    'usr/lib/modules/5.14.0-1.el9/modules.dep': '',
    'run/commands': '',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  cpSync(join(fixtures, 'bin'), join(root, 'usr/local/bin'), { recursive: true });
  copyFileSync(join(packageRoot(), 'templates/guest/install-base-rpm.sh'), join(root, 'script.sh'));
  const args = [...namespaces, '/bin/sh', join(fixtures, 'run.sh'), root, '/script.sh'];
  const run = await exec.run('unshare', args, { env: { ...env }, timeoutMs: 120_000, accept: [0, 1] });
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '');
  const commands = read('run/commands').trim().split('\n');
  const has = (path: string) => existsSync(join(root, path));
  return { exitCode: run.exitCode, output: run.stdout + run.stderr, commands, read, has };
}

const vmwareModules = 'vmw_pvscsi\nvmxnet3\n';

describe('integration/render/install-base-rpm', () => {
  it('installs on RHEL what every hypervisor needs, and the image’s own packages', async (context) => {
    const run = await runBase(context, { system: 'rhel', version: '9.4', env: { HNF_PACKAGES: 'nfs-utils *' } });
    expect([run.exitCode, run.output]).toEqual([0, expect.not.stringContaining('not found')]);
    expect(run.commands[0]).toBe('dnf upgrade');
    const installed = run.read('etc/installed').split('\n');
    expect(installed).toEqual(
      expect.arrayContaining([
        'cloud-init',
        'open-vm-tools',
        'qemu-guest-agent',
        'dracut-config-generic',
        'nfs-utils',
        '*',
      ]),
    );
    expect(installed).toContain('container-selinux');
    // The machine that runs this has one.
    expect(installed).not.toContain('curl');
    expect(run.commands.at(-1)).toBe('dracut --force --regenerate-all --no-hostonly');
  });

  it('leaves a dracut configuration behind with the drivers that this kernel has', async (context) => {
    const run = await runBase(context, { system: 'rhel', version: '9.4', files: { 'etc/no-modules': 'ahci\n' } });
    expect(run.read('etc/dracut.conf.d/90-hybrid-node.conf')).toBe(
      'hostonly="no"\nadd_drivers+=" virtio_pci virtio_blk virtio_scsi virtio_net nvme sd_mod sr_mod xhci_pci vmw_pvscsi vmxnet3 "\n',
    );
  });

  it('removes what conflicts with Docker’s containerd', async (context) => {
    const run = await runBase(context, {
      system: 'rhel',
      version: '8.10',
      files: { 'etc/installed': 'podman\nrunc\n' },
    });
    expect(run.commands.filter((command) => command.startsWith('dnf remove'))).toEqual([
      'dnf remove podman',
      'dnf remove runc',
    ]);
  });

  it('closes sshd on RHEL 8, which reads one file, and only once', async (context) => {
    const before = '#PermitRootLogin no\nPermitRootLogin yes\nSyslogFacility AUTHPRIV\npasswordauthentication yes\n';
    const files = { 'etc/ssh/sshd_config': before };
    const run = await runBase(context, { system: 'rhel', version: '8.10', files });
    const after =
      'PermitRootLogin no\nPasswordAuthentication no\nChallengeResponseAuthentication no\n#PermitRootLogin no\nSyslogFacility AUTHPRIV\n';
    expect(run.read('etc/ssh/sshd_config')).toBe(after);
    expect(run.commands).toContain('sshd -t');
    const again = await runBase(context, { system: 'rhel', version: '8.10', files: { 'etc/ssh/sshd_config': after } });
    expect(again.read('etc/ssh/sshd_config')).toBe(after);
  });

  it('lets sshd alone where it has a folder', async (context) => {
    const run = await runBase(context, { system: 'rhel', version: '9.4' });
    expect(run.read('etc/ssh/sshd_config')).toBe('Include /etc/ssh/sshd_config.d/*.conf\n');
  });

  it('keeps SELinux enforcing, and refuses an image where it is disabled', async (context) => {
    const config = (mode: string) => ({ 'etc/selinux/config': `# SELINUX=disabled\nSELINUX=${mode}\n` });
    const permissive = await runBase(context, { system: 'rhel', version: '9.4', files: config('permissive') });
    expect(permissive.read('etc/selinux/config')).toBe('# SELINUX=disabled\nSELINUX=enforcing\n');
    const disabled = await runBase(context, { system: 'rhel', version: '9.4', files: config('disabled') });
    expect([disabled.exitCode, disabled.output]).toEqual([1, expect.stringContaining('SELinux is disabled')]);
    const amazon = await runBase(context, { system: 'amzn', version: '2023', files: config('permissive') });
    expect(amazon.read('etc/selinux/config')).toContain('SELINUX=permissive');
  });

  it('goes without packages that Amazon Linux does not offer', async (context) => {
    const files = { 'etc/not-offered': 'qemu-guest-agent\ndracut-config-generic\n' };
    const run = await runBase(context, { system: 'amzn', version: '2023', files });
    expect([run.exitCode, run.output]).toEqual([0, expect.stringContaining('qemu-guest-agent: not offered, left out')]);
    expect(run.read('etc/installed')).toMatch(/^container-selinux$/m);
  });

  it('gets VMware’s drivers on Amazon Linux from the kernel’s other package', async (context) => {
    const files = { 'etc/no-modules': vmwareModules };
    const run = await runBase(context, { system: 'amzn', version: '2023', files });
    expect(run.commands).toContain('dnf install kernel-modules-extra');
    expect(run.read('etc/dracut.conf.d/90-hybrid-node.conf')).toContain(' vmw_pvscsi vmxnet3 ');
  });

  it('removes what makes Amazon’s initramfs fit EC2 only, and switches zram off', async (context) => {
    const files = {
      'etc/installed': 'dracut-config-ec2\n',
      'etc/systemd/system.conf': '',
      'usr/lib/systemd/system-generators/zram-generator': '',
    };
    const run = await runBase(context, { system: 'amzn', version: '2023', files });
    expect(run.commands).toContain('dnf remove dracut-config-ec2');
    expect([run.has('etc/systemd/zram-generator.conf'), run.read('etc/systemd/zram-generator.conf')]).toEqual([
      true,
      '',
    ]);
    expect(run.exitCode).toBe(0);
  });

  it('tries again when a mirror fails, and not for ever', async (context) => {
    const once = await runBase(context, { system: 'rhel', version: '9.4', files: { 'etc/dnf-fails': '1' } });
    expect([once.exitCode, once.commands.slice(0, 3)]).toEqual([0, ['dnf upgrade', 'sleep 15', 'dnf upgrade']]);
    const always = await runBase(context, { system: 'rhel', version: '9.4', files: { 'etc/dnf-fails': '9' } });
    expect([always.exitCode, always.output]).toEqual([1, expect.stringContaining('dnf upgrade failed four times')]);
  });

  it('installs the language of a locale, and says which does not exist', async (context) => {
    const run = await runBase(context, { system: 'rhel', version: '9.4', env: { HNF_LOCALE: 'de_DE.UTF-8' } });
    expect(run.commands).toContain('dnf install glibc-langpack-de');
    expect([run.exitCode, run.output]).toEqual([1, expect.stringContaining("locale 'de_DE.UTF-8' does not exist")]);
    const known = await runBase(context, { system: 'rhel', version: '9.4', env: { HNF_LOCALE: 'en_US.UTF-8' } });
    expect(known.read('etc/locale.conf')).toBe('LANG=en_US.UTF-8\n');
  });
});
