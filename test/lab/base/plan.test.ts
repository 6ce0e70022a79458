import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { baseIdentity, planBase } from '../../../src/lab/base/plan.ts';
import { baseSuites } from '../../../src/lab/base/spec.ts';
import { samplePlan, sampleSpec, templates } from './sample-plan.ts';

const textOf = (plan: ReturnType<typeof samplePlan>, path: string) =>
  plan.files.find((file) => file.path === path)?.content ?? `no file ${path}`;

describe('lab/base/plan', () => {
  it.each(baseSuites)('places the same files for %s, every value filled in', (suite) => {
    const plan = samplePlan({ suite });
    expect(plan.files.map((file) => file.path)).toEqual(samplePlan().files.map((file) => file.path));
    for (const file of plan.files) expect(file.content, file.path).not.toMatch(/@[A-Z_]+@/);
    expect(textOf(plan, 'etc/apt/sources.list')).toContain(`debian-security ${suite}-security main`);
  });

  it('names systemd-resolved only where it is a package', () => {
    expect(samplePlan({ suite: 'bullseye' }).packages).not.toContain('systemd-resolved');
    expect(samplePlan({ suite: 'bookworm' }).packages).toContain('systemd-resolved');
    expect(samplePlan({ suite: 'trixie' }).packages).toContain('systemd-resolved');
  });

  it.each(baseSuites)('%s: has the generic kernel and drivers, and no container runtime', (suite) => {
    const { packages } = samplePlan({ suite });
    for (const name of ['linux-image-amd64', 'open-vm-tools', 'qemu-guest-agent', 'cloud-init', 'netplan.io']) {
      expect(packages).toContain(name);
    }
    expect(packages.filter((name) => /containerd|runc|kube|docker|cloud-amd64/.test(name))).toEqual([]);
    const modules = textOf(samplePlan({ suite }), 'etc/initramfs-tools/hooks/hnf');
    for (const name of ['vmw_pvscsi', 'vmxnet3', 'nvme', 'ahci', 'virtio_blk']) expect(modules).toContain(name);
  });

  it('asks the VMware datasource where cloud-init has it', () => {
    const sources = (suite: 'bullseye' | 'bookworm') =>
      parse(textOf(samplePlan({ suite }), 'etc/cloud/cloud.cfg.d/95-hnf.cfg')).datasource_list;
    expect(sources('bookworm')).toEqual(['NoCloud', 'ConfigDrive', 'VMware', 'OVF', 'None']);
    expect(sources('bullseye')).toEqual(['NoCloud', 'ConfigDrive', 'OVF', 'None']);
  });

  it('gives nobody a way in: locked default user, no keys, no password', () => {
    const config = parse(textOf(samplePlan(), 'etc/cloud/cloud.cfg.d/95-hnf.cfg'));
    expect(config.system_info.default_user).toMatchObject({ name: 'hybrid', lock_passwd: true });
    expect(config).toMatchObject({ ssh_pwauth: false, disable_root: true });
    const sshd = textOf(samplePlan(), 'etc/ssh/sshd_config.d/60-hnf.conf');
    expect(sshd).toContain('PermitRootLogin no');
    expect(sshd).toContain('PasswordAuthentication no');
    const all = samplePlan().files.map((file) => file.content);
    for (const text of [...all, ...Object.values(templates)]) {
      expect(text).not.toMatch(
        /plain_text_passwd|hashed_passwd|chpasswd|passwd:\s*['"$]|BEGIN [A-Z ]*PRIVATE KEY|ssh-(rsa|ed25519) AAAA/,
      );
    }
  });

  it('marks exactly the scripts executable', () => {
    const executable = samplePlan().files.filter((file) => file.mode === 0o755);
    expect(executable.map((file) => file.path)).toEqual(['etc/initramfs-tools/hooks/hnf']);
  });

  it('finds root by the same UUID in fstab, both GRUB configurations and the file system', () => {
    const plan = samplePlan();
    const uuid = plan.ids.rootFilesystem;
    for (const text of [textOf(plan, 'etc/fstab'), textOf(plan, 'boot/grub/grub.cfg'), plan.grub.bios, plan.grub.efi]) {
      expect(text).toContain(uuid);
    }
  });

  it('has an identity that follows every input and nothing else', () => {
    const spec = sampleSpec({ extraPackages: ['jq', 'htop'] });
    const identity = baseIdentity(spec, templates);
    expect(baseIdentity({ ...spec, extraPackages: ['htop', 'jq'] }, templates)).toBe(identity);
    const others = [
      baseIdentity({ ...spec, suite: 'trixie' }, templates),
      baseIdentity({ ...spec, diskGiB: 5 }, templates),
      baseIdentity({ ...spec, mirror: 'http://mirror.example/debian' }, templates),
      baseIdentity({ ...spec, extraPackages: ['jq'] }, templates),
      baseIdentity(spec, { ...templates, 'tree/etc/hosts': '127.0.0.1 localhost\n' }),
    ];
    expect(new Set([identity, ...others]).size).toBe(others.length + 1);
  });

  it('refuses a wrong spec and reports all of it', () => {
    const wrong = sampleSpec({ mirror: 'ftp://x/debian', diskGiB: 1.5, extraPackages: ['-y', 'ok'] });
    expect(() => planBase(wrong, templates)).toThrow(/mirror 'ftp:\/\/x\/debian'/);
    try {
      planBase(wrong, templates);
    } catch (error) {
      expect(error).toMatchObject({ code: 'input.invalid' });
      expect((error as { details: string[] }).details).toHaveLength(3);
    }
  });
});
