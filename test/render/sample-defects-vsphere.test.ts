import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { renderVsphereFolder } from '../../src/render/packer/vsphere.ts';
import { templateText } from '../../src/render/template-set.ts';
import { builtinCells, cellFolder, findCell } from './cells.ts';

const templates = loadTemplates(packageRoot());
const cells = builtinCells
  .filter((spec) => spec.builder !== 'qemu')
  .map((spec) => ({
    name: cellFolder(spec),
    spec,
    text: fileOf(spec, 'image.pkr.hcl'),
    readme: fileOf(spec, 'README.md'),
  }));
const isos = cells.filter(({ spec }) => spec.builder === 'vsphere-iso');
const clones = cells.filter(({ spec }) => spec.builder === 'vsphere-clone');

function fileOf(spec: ImageSpec, path: string): string {
  const files = renderVsphereFolder(spec, templates, { formats: ['vsphere', 'ova'] });
  return files.find((file) => file.path === path)?.content ?? '';
}

function expectEverywhere(pattern: RegExp, among = cells): void {
  expect(among.length).toBeGreaterThan(5);
  for (const { name, text } of among) expect([name, pattern.test(text)]).toEqual([name, true]);
}

function expectNowhere(pattern: RegExp, among = cells): void {
  for (const { name, text } of among) expect([name, pattern.exec(text)?.[0]]).toEqual([name, undefined]);
}

/** The keys of one cell as Packer is told them. */
function bootKeys(folder: string): string {
  const text = cells.find(({ name }) => name === folder)?.text ?? '';
  return /boot_command = (\[.*\])/.exec(text)?.[1] ?? '';
}

/**
 * Defects of the vSphere part of AWS's sample (aws/eks-hybrid, example/packer), numbered as in our notes: P for the peers' comparison,
 * N for the review of the files. Each test says that ours has it not.
 */
describe('render/sample-defects-vsphere', () => {
  it('P1, N1: one source per build, and no variable of another builder, AWS profile included', () => {
    for (const { name, spec, text } of cells) {
      expect([name, text.match(/^source /gm)?.length]).toEqual([name, 1]);
      expect(text).toContain(`sources = ["source.${spec.builder}.${spec.name}"]`);
    }
    expectNowhere(/AWS_|aws_profile|qemu/);
  });

  it('N2: a clone needs no ISO, an installation no template', () => {
    expectNowhere(/variable "iso_|ISO_URL/, clones);
    expectNowhere(/variable "vsphere_template"/, isos);
  });

  it('P3, N8: certificates are checked', () => {
    expectNowhere(/insecure_connection *= *true/);
    expectEverywhere(/variable "vsphere_insecure" \{[^}]*default {5}= false/);
  });

  it('N9: an empty setting is found before the login, with the variable to set', () => {
    expectNowhere(/default *= *" +"/);
    for (const variable of ['SERVER', 'USER', 'PASSWORD', 'DATASTORE', 'NETWORK']) {
      expectEverywhere(new RegExp(`error_message = "Set VSPHERE_${variable} to `));
    }
  });

  it('P4, N23: Packer makes the OEMDRV CD and uploads it; nobody has to before', () => {
    const rhel = isos.filter(({ spec }) => spec.os.family === 'rhel');
    expect(rhel.length).toBe(4);
    for (const { text } of rhel) {
      expect(text).toMatch(/cd_label = "OEMDRV"\n {2}cd_content = \{\n {4}"ks.cfg" = templatefile\(/);
    }
    expectNowhere(/rhel\d_ks\.iso|iso_paths *= *\["/);
  });

  it('P5, N10: every boot command is closed, and RHEL’s works under isolinux and GRUB alike', () => {
    for (const { name, spec } of isos) {
      const keys = bootKeys(name);
      expect(keys.length).toBeGreaterThan(10);
      expect([name, keys.replaceAll(/<[a-zA-Z0-9]+>/g, '').match(/[<>]/)]).toEqual([name, null]);
      if (spec.os.family === 'rhel') expect(keys).toBe('["<up><wait><enter>"]');
    }
  });

  it('N14: the firmware is said, and is the one the disk is laid out for', () => {
    expectEverywhere(/^ {2}firmware {6}= "(efi|bios)"$/m, isos);
    const ubuntu = findCell('ubuntu24-amd64-iso-vsphere-iso-ssm');
    for (const firmware of ['uefi', 'bios'] as const) {
      const spec = { ...ubuntu, build: { ...ubuntu.build, firmware } };
      const userData = fileOf(spec, 'seed/user-data.pkrtpl.hcl');
      expect(fileOf(spec, 'image.pkr.hcl')).toContain(`firmware      = "${firmware === 'uefi' ? 'efi' : 'bios'}"`);
      expect(/fat32|vfat|\/boot\/efi/.test(userData)).toBe(true);
    }
  });

  it('P12, P18, N17: no password of the build user anywhere, not in the shutdown command either', () => {
    expectNowhere(/ssh_password|PKR_SSH_PASSWORD|echo .*sudo|builder:builder/);
    expectEverywhere(/^ {2}ssh_private_key_file {5}= local\.private_key$/m);
    expectEverywhere(/shutdown_command = "sudo -n systemd-run .*power-off\.sh"/);
  });

  it('P13, N43: Red Hat’s secrets come from the environment, and the machine is unregistered', () => {
    const rhel = cells.filter(({ spec }) => spec.os.family === 'rhel');
    expectEverywhere(/variable "rh_activation_key" \{[^}]*env\("RH_ACTIVATION_KEY"\)\n {2}sensitive {3}= true/, rhel);
    expectEverywhere(/scripts\/unsubscribe\.sh/, rhel);
  });

  it('P17, N13: an OVA is asked for as an export with a manifest, and never by ovftool', () => {
    expectEverywhere(
      /export \{\n {4}name {13}= var\.vm_name\n {4}output_directory = var\.output_directory\n {4}manifest {9}= "sha256"/,
    );
    expectNowhere(/output_format/);
  });

  it('N21: one size, one timeout and a boot wait for every installation', () => {
    expectEverywhere(/variable "boot_wait" \{[^}]*default {5}= "\d+s"/, isos);
    const machines = isos.map(({ text }) => /CPUs {7}= (\d+)\n {2}RAM {8}= (\d+)/.exec(text)?.slice(1).join(' '));
    expect([...new Set(machines)]).toEqual(['2 4096']);
    const timeouts = isos.map(({ text }) => /ssh_timeout {14}= "(\d+)m"/.exec(text)?.[1]);
    expect([...new Set(timeouts)].length).toBe(1);
    expect(Number(timeouts[0])).toBeGreaterThanOrEqual(60);
  });

  it('P14, P16, N11, N22: nodeadm is pinned, and what is in the image is written down', () => {
    expectEverywhere(/HNF_NODEADM_VERSION {3}= "\d+\.\d+\.\d+"/);
    expectEverywhere(/scripts\/list-contents\.sh/);
    expectNowhere(/nodeadm\/latest|releases\/latest/);
  });

  it('P15, N45, N46: every build ends with the seal, and with a check of it', () => {
    for (const { name, text } of cells) {
      const scripts = [...text.matchAll(/scripts\/([\w-]+\.sh)"/g)].map((match) => match[1]);
      expect([name, scripts.filter((script) => script === 'seal.sh').length]).toEqual([name, 1]);
    }
    expect(templateText(templates, 'templates/guest/seal.sh')).toContain('cloud-init clean');
  });

  it('N25, N26, N27: the README’s commands are shell, name the right settings and the right file', () => {
    for (const { name, readme, spec } of cells) {
      const shell = /```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
      expect([name, /export \w+:/.exec(shell)?.[0]]).toEqual([name, undefined]);
      expect(shell).toContain('VSPHERE_DATACENTER=dc1 VSPHERE_CLUSTER=cluster1 VSPHERE_DATASTORE=datastore1');
      expect(shell).toContain(`packer build -only='general-build.${spec.builder}.${spec.name}' `);
      expect(readme).toContain('`image.pkr.hcl`');
    }
  });

  it('N49: Ubuntu 20.04 and AL2023 are there, and so is a private CA', () => {
    const names = new Set(cells.map(({ spec }) => spec.name));
    expect([...names].sort()).toEqual(['al2023', 'rhel8', 'rhel9', 'ubuntu20', 'ubuntu22', 'ubuntu24']);
    for (const { readme } of cells) expect(readme).toContain('SSL_CERT_FILE');
  });
});
