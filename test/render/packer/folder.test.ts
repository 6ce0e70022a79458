import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../../src/render/packer/folder.ts';
import { exampleSpecs } from '../example-specs.ts';
import { readHcl } from '../read-hcl.ts';

const templates = loadTemplates(packageRoot());
const lab = findSpec('debian12-lab');
const ubuntu = findSpec('ubuntu24');

function findSpec(name: string): ImageSpec {
  const spec = exampleSpecs.find((example) => example.name === name);
  if (spec === undefined) throw new Error(`no example '${name}'`);
  return spec;
}

function fileAt(files: readonly RenderedFile[], path: string): RenderedFile {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`no file '${path}' in ${files.map((file) => file.path).join(', ')}`);
  return found;
}

type Hcl = Record<string, Record<string, Record<string, unknown>[]>>;

/** The attributes of `source "qemu" NAME`. */
async function sourceOf(files: readonly RenderedFile[], layer: 'base' | 'node'): Promise<Record<string, unknown>> {
  const hcl = (await readHcl(fileAt(files, `${layer}/image.pkr.hcl`).content)) as unknown as {
    source: { qemu: Record<string, Record<string, unknown>[]> };
  };
  return hcl.source.qemu[layer]?.[0] ?? {};
}

describe('render/packer/folder', () => {
  it('has a node layer only for a bootstrap source, both for a cloud image', () => {
    const layers = (spec: ImageSpec) =>
      new Set(renderPackerFolder(spec, templates).map((file) => file.path.split('/')[0]));
    expect(layers(lab)).toEqual(new Set(['README.md', 'node']));
    expect(layers(ubuntu)).toEqual(new Set(['README.md', 'base', 'node']));
  });

  it('gives the same bytes twice, in any order of keys', () => {
    for (const spec of exampleSpecs) {
      const reversed = Object.fromEntries(Object.entries(structuredClone(spec)).reverse()) as unknown as ImageSpec;
      const again = loadTemplates(packageRoot());
      expect(renderPackerFolder(reversed, again)).toEqual(renderPackerFolder(spec, templates));
    }
  });

  it.each(exampleSpecs.map((spec) => spec.name))('%s is HCL with one source and one build', async (name) => {
    const files = renderPackerFolder(findSpec(name), templates);
    for (const file of files.filter((candidate) => candidate.path.endsWith('image.pkr.hcl'))) {
      const hcl = (await readHcl(file.content)) as Hcl;
      expect(Object.keys(hcl['source']?.['qemu'] ?? {})).toHaveLength(1);
      expect(hcl['build']).toMatchObject([{ name, sources: [expect.stringMatching(/^source\.qemu\.(base|node)$/)] }]);
      expect(hcl['packer']).toMatchObject([{ required_plugins: [{ qemu: { version: '= 1.0.9' } }] }]);
    }
  });

  it('describes, types and mostly defaults every variable', async () => {
    const files = renderPackerFolder(lab, templates);
    const hcl = (await readHcl(fileAt(files, 'node/image.pkr.hcl').content)) as unknown as {
      variable: Record<string, Record<string, unknown>[]>;
    };
    const variables = Object.entries(hcl.variable).map(([name, [body]]) => ({ name, ...body }));
    expect(variables.length).toBeGreaterThan(12);
    for (const variable of variables) {
      expect(variable).toMatchObject({ type: expect.any(String), description: expect.stringMatching(/\.$|key$/) });
    }
    expect(variables.filter((variable) => !('default' in variable)).map(({ name }) => name)).toEqual(['mirror_url']);
  });

  it('opens SSH on loopback only and leaves devices and drives to Packer', async () => {
    for (const spec of exampleSpecs) {
      const source = await sourceOf(renderPackerFolder(spec, templates), 'node');
      const args = source['qemuargs'] as string[][];
      expect(args.map(([flag]) => flag)).toEqual(['-netdev', '-serial']);
      expect(args[0]?.[1]).toBe('user,id=user.0,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22');
      expect(source['vnc_bind_address']).toBe('127.0.0.1');
    }
  });

  it('shuts down by command, never by killing QEMU, and without a password anywhere', async () => {
    for (const layer of ['base', 'node'] as const) {
      const source = await sourceOf(renderPackerFolder(ubuntu, templates), layer);
      expect(source['shutdown_command']).toMatch(/^sudo -n systemd-run .*power-off\.sh$/);
      expect(source).not.toHaveProperty('ssh_password');
      expect(source).not.toHaveProperty('http_content');
    }
  });

  it('overlays the base in the node layer and copies the vendor image in the base layer', async () => {
    const files = renderPackerFolder(ubuntu, templates);
    expect(await sourceOf(files, 'node')).toMatchObject({ disk_image: true, use_backing_file: true, format: 'qcow2' });
    expect(await sourceOf(files, 'base')).not.toHaveProperty('use_backing_file');
  });

  it('writes the options of the architecture', async () => {
    const arm = await sourceOf(renderPackerFolder(findSpec('ubuntu24-arm64'), templates), 'node');
    expect(arm).toMatchObject({ machine_type: 'virt', cdrom_interface: 'virtio-scsi', efi_boot: true });
    const pc = await sourceOf(renderPackerFolder(ubuntu, templates), 'node');
    expect(pc).toMatchObject({ machine_type: 'q35' });
    expect(pc).not.toHaveProperty('cdrom_interface');
    expect(pc).not.toHaveProperty('efi_boot');
  });

  it('brings hostile text through as text', async () => {
    const packages = ['a${env("HOME")}', '{{ env `HOME` }}', 'b"; id #'];
    const files = renderPackerFolder({ ...ubuntu, packages, timezone: '%{if true}x' }, templates);
    const content = fileAt(files, 'base/image.pkr.hcl').content;
    expect(content).toContain('HNF_PACKAGES = "a$${env(\\"HOME\\")} {{\\"{{\\"}} env `HOME` }} b\\"; id #"');
    expect(content).toContain('HNF_TIMEZONE = "%%{if true}x"');
    await readHcl(content);
    expect(() => renderPackerFolder({ ...ubuntu, name: 'x"y' }, templates)).toThrow(/not usable/);
    expect(() => renderPackerFolder({ ...ubuntu, name: 'a\nprovisioner' }, templates)).toThrow(/line break/);
  });

  it('knows no Kubernetes version in the base layer', () => {
    const base = (spec: ImageSpec) =>
      renderPackerFolder(spec, templates).filter((file) => file.path.startsWith('base/'));
    const newer = { ...ubuntu, kubernetes: '1.35.1', nodeadm: { ...ubuntu.nodeadm, version: '1.0.21' } };
    expect(base(newer)).toEqual(base(ubuntu));
  });

  it('hands no Go template to the seed CD', () => {
    for (const file of renderPackerFolder(lab, templates).filter(({ path }) => path.includes('/seed/'))) {
      expect(file.content).not.toContain('{{');
    }
  });

  it('seeds a locked user with nothing but a key', () => {
    const seed = fileAt(renderPackerFolder(lab, templates), 'node/seed/user-data.pkrtpl.hcl').content;
    expect(seed).toMatch(/^#cloud-config\n/);
    const data = load(seed.replace('${jsonencode(public_key)}', '"ssh-ed25519 AAAA"')) as { users: unknown[] };
    expect(data.users).toEqual([
      expect.objectContaining({ name: 'hnf-build', lock_passwd: true, ssh_authorized_keys: ['ssh-ed25519 AAAA'] }),
    ]);
  });

  it('gives scripts, and only scripts, the executable bit', () => {
    for (const file of renderPackerFolder(ubuntu, templates)) {
      expect([file.path, file.mode]).toEqual([file.path, file.path.endsWith('.sh') ? 0o755 : 0o644]);
    }
  });

  it.skipIf(!existsSync('/bin/sh'))('has scripts a POSIX shell can read', () => {
    for (const file of renderPackerFolder(ubuntu, templates).filter(({ path }) => path.endsWith('.sh'))) {
      expect(() => execFileSync('/bin/sh', ['-n'], { input: file.content, stdio: 'pipe' })).not.toThrow();
      expect(file.content).toMatch(/^#!\/bin\/sh\n/);
    }
  });

  it('refers only to files that are there', () => {
    for (const spec of exampleSpecs) {
      const files = renderPackerFolder(spec, templates);
      for (const hcl of files.filter((file) => file.path.endsWith('image.pkr.hcl'))) {
        const folder = hcl.path.split('/')[0];
        const named = [...hcl.content.matchAll(/"(?:\$\{path\.root\}\/)?((?:scripts|seed)\/[^"]+)"/g)];
        expect(named.length).toBeGreaterThan(6);
        for (const [, path] of named) fileAt(files, `${folder}/${path}`);
      }
    }
  });
});
