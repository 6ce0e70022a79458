import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../../src/render/packer/folder.ts';
import { hasPackerBase, renderQemuLayer } from '../../../src/render/packer/qemu.ts';
import { builtinCells, cellFolder, findCell } from '../cells.ts';
import { readHcl } from '../read-hcl.ts';

const templates = loadTemplates(packageRoot());
const lab = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');
const cloud = findCell('ubuntu24-amd64-cloud-image-qemu-ssm');
const iso = findCell('ubuntu24-amd64-iso-qemu-ssm');
/** The provider is a word in the environment of one script. */
const qemuCells = builtinCells.filter(
  (spec, index) =>
    spec.builder === 'qemu' &&
    builtinCells.findIndex(
      (other) => cellFolder({ ...other, provider: 'ssm' }) === cellFolder({ ...spec, provider: 'ssm' }),
    ) === index,
);
const samples = [lab, cloud, iso, findCell('ubuntu24-arm64-iso-qemu-ssm'), findCell('rhel9-amd64-iso-qemu-ssm')];

/** The folder of a person, and the two layers of a build. */
function allFolders(spec: ImageSpec): [name: string, files: RenderedFile[]][] {
  const layers = hasPackerBase(spec) ? (['base', 'node'] as const) : (['node'] as const);
  return [
    ['image', renderPackerFolder(spec, templates)],
    ...layers.map((layer): [string, RenderedFile[]] => [layer, renderQemuLayer(spec, layer, templates)]),
  ];
}

function fileAt(files: readonly RenderedFile[], path: string): RenderedFile {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`no file '${path}' in ${files.map((file) => file.path).join(', ')}`);
  return found;
}

interface Hcl {
  packer: Record<string, unknown>[];
  variable: Record<string, Record<string, unknown>[]>;
  source: Record<string, Record<string, Record<string, unknown>[]>>;
  build: (Record<string, unknown> & { provisioner: Record<string, Record<string, unknown>[]> })[];
}

const parsed = new Map<string, Promise<Hcl>>();

/** The parser is slow to start: each text once. */
function hclOf(files: readonly RenderedFile[]): Promise<Hcl> {
  const { content } = fileAt(files, 'image.pkr.hcl');
  const hcl = parsed.get(content) ?? (readHcl(content) as unknown as Promise<Hcl>);
  parsed.set(content, hcl);
  return hcl;
}

/** The attributes of the one source there is. */
async function sourceOf(files: readonly RenderedFile[]): Promise<Record<string, unknown>> {
  const [bodies] = Object.values((await hclOf(files)).source['qemu'] ?? {});
  return bodies?.[0] ?? {};
}

/** Names of the guest's scripts in the order they run. */
function scriptsOf(files: readonly RenderedFile[]): string[] {
  const text = fileAt(files, 'image.pkr.hcl').content;
  const steps = text.slice(text.indexOf('build {'), text.indexOf('error-cleanup-provisioner'));
  return [...steps.matchAll(/scripts\/([a-z-]+)\.sh/g)].map((match) => match[1] ?? '');
}

describe('render/packer/folder', () => {
  it('gives the same bytes twice, in any order of keys', () => {
    for (const spec of [lab, cloud, iso]) {
      const reversed = Object.fromEntries(Object.entries(structuredClone(spec)).reverse()) as unknown as ImageSpec;
      expect(renderPackerFolder(reversed, loadTemplates(packageRoot()))).toEqual(renderPackerFolder(spec, templates));
    }
  });

  it.each(qemuCells.map((spec) => [cellFolder(spec), spec] as const))(
    '%s is one build that -only=general-build.qemu.<image> selects',
    async (_, spec) => {
      const hcl = await hclOf(renderPackerFolder(spec, templates));
      expect(Object.keys(hcl.source)).toEqual(['qemu']);
      expect(Object.keys(hcl.source['qemu'] ?? {})).toEqual([spec.name]);
      expect(hcl.build).toMatchObject([{ name: 'general-build', sources: [`source.qemu.${spec.name}`] }]);
      expect(hcl.packer).toMatchObject([{ required_plugins: [{ qemu: { version: '= 1.0.9' } }] }]);
    },
  );

  it('describes, types and mostly defaults every variable', async () => {
    for (const [, files] of [...allFolders(lab), ...allFolders(iso)]) {
      const { variable } = await hclOf(files);
      const variables = Object.entries(variable).map(([name, [body]]) => ({ name, ...body }));
      expect(variables.length).toBeGreaterThan(12);
      for (const found of variables) {
        expect(found).toMatchObject({ type: expect.any(String), description: expect.stringMatching(/[.…]$|key$/) });
      }
      const given = variables.filter((found) => !('default' in found)).map(({ name }) => name);
      expect(given.filter((name) => name !== 'mirror_url')).toEqual([]);
    }
  });

  it("takes the seeds' environment where the catalog has no value", () => {
    const rhel = fileAt(renderPackerFolder(findCell('rhel9-amd64-iso-qemu-ssm'), templates), 'image.pkr.hcl').content;
    expect(rhel).toContain('default     = env("ISO_URL")');
    expect(rhel).toContain('default     = env("ISO_CHECKSUM")');
    expect(rhel).toMatch(/env\("RH_(USERNAME|ACTIVATION_KEY)"\)\n {2}sensitive {3}= true/);
    const guest = findCell('rhel9-amd64-cloud-image-qemu-ssm');
    expect(fileAt(renderPackerFolder(guest, templates), 'image.pkr.hcl').content).toContain('env("CLOUD_IMAGE_URL")');
    expect(fileAt(renderPackerFolder(iso, templates), 'image.pkr.hcl').content).not.toContain('ISO_URL")');
  });

  it('opens SSH on loopback only and leaves devices and drives to Packer, but for keys typed on arm', async () => {
    for (const spec of samples) {
      for (const [layer, files] of allFolders(spec)) {
        const source = await sourceOf(files);
        const args = String(source['qemuargs']);
        expect(args).toContain('user,id=user.0,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22');
        expect(source['vnc_bind_address']).toBe('127.0.0.1');
        const typesOnArm = spec.arch === 'arm64' && spec.source.kind === 'iso' && layer !== 'node';
        expect([cellFolder(spec), layer, args.includes('-device')]).toEqual([cellFolder(spec), layer, typesOnArm]);
        expect(args).not.toContain('"-drive"');
      }
    }
  });

  it('shuts down by command, never by killing QEMU, and without a password anywhere', async () => {
    for (const spec of samples) {
      for (const [, files] of allFolders(spec)) {
        const source = await sourceOf(files);
        expect(source['shutdown_command']).toMatch(/^sudo -n systemd-run .*power-off\.sh$/);
        expect(source).not.toHaveProperty('ssh_password');
        if ('http_content' in source) expect(source['http_bind_address']).toBe('127.0.0.1');
      }
    }
  });

  it('hands the seed over on a CD with a label that is looked for', async () => {
    const labels = await Promise.all(
      qemuCells.map(async (spec) => [
        spec.source.kind,
        spec.os.family,
        (await sourceOf(renderPackerFolder(spec, templates)))['cd_label'],
      ]),
    );
    expect(new Set(labels.map((found) => found.join(' ')))).toEqual(
      new Set([
        'iso ubuntu cidata',
        'iso rhel OEMDRV',
        'iso debian ',
        'cloudImage ubuntu cidata',
        'cloudImage rhel cidata',
        'cloudImage al2023 cidata',
        'bootstrap debian cidata',
      ]),
    );
  });

  it('starts from what the layer is made of', async () => {
    const overlay = {
      disk_image: true,
      use_backing_file: true,
      iso_url: expect.stringContaining('? var.base_image :'),
    };
    for (const spec of [lab, cloud, iso]) {
      expect(await sourceOf(renderQemuLayer(spec, 'node', templates))).toMatchObject({ ...overlay, format: 'qcow2' });
    }
    expect(await sourceOf(renderPackerFolder(lab, templates))).toMatchObject(overlay);
    expect(await sourceOf(renderPackerFolder(cloud, templates))).toMatchObject({ disk_image: true, boot_wait: '-1s' });
    const installer = await sourceOf(renderPackerFolder(iso, templates));
    expect(installer).not.toHaveProperty('disk_image');
    expect(installer).not.toHaveProperty('use_backing_file');
    expect(installer).toMatchObject({ boot_wait: '${var.boot_wait}', boot_command: expect.any(Array) });
  });

  it('writes the options of the architecture and the firmware', async () => {
    const of = async (folder: string) => sourceOf(renderPackerFolder(findCell(folder), templates));
    const arm = await of('ubuntu24-arm64-cloud-image-qemu-ssm');
    expect(arm).toMatchObject({ machine_type: 'virt', cdrom_interface: 'virtio-scsi', efi_boot: true });
    const pc = await sourceOf(renderPackerFolder({ ...cloud, build: { ...cloud.build, firmware: 'bios' } }, templates));
    expect(pc).toMatchObject({ machine_type: 'q35' });
    expect(pc).not.toHaveProperty('cdrom_interface');
    expect(pc).not.toHaveProperty('efi_boot');
    const uefi = await sourceOf(
      renderPackerFolder({ ...cloud, build: { ...cloud.build, firmware: 'uefi' } }, templates),
    );
    expect(uefi).toMatchObject({ efi_boot: true, efi_firmware_code: '${var.efi_firmware_code}' });
  });

  it('runs the steps in order: system, node, seal', () => {
    const end = ['list-contents', 'power-off', 'seal-check', 'seal'];
    const base = ['install-base-apt', 'install-base'];
    const node = ['install-node', 'mark-node', 'install-join'];
    expect(scriptsOf(renderPackerFolder(iso, templates))).toEqual(['begin', ...base, ...node, ...end]);
    expect(scriptsOf(renderQemuLayer(iso, 'base', templates))).toEqual(['begin', ...base, ...end]);
    expect(scriptsOf(renderQemuLayer(iso, 'node', templates))).toEqual(['begin', ...node, ...end]);
    expect(scriptsOf(renderPackerFolder(lab, templates))).toEqual(['begin', ...node, ...end]);
    const rhel = { ...findCell('rhel9-amd64-iso-qemu-ssm'), subscription: { kind: 'activation-key' } } as ImageSpec;
    expect(scriptsOf(renderPackerFolder(rhel, templates))).toEqual([
      ...['begin', 'subscribe', 'install-base-rpm', 'install-base', ...node, 'unsubscribe', ...end],
    ]);
  });

  it('unregisters after a failure as well, and keeps secrets off every command line', () => {
    const rhel = { ...findCell('rhel9-amd64-iso-qemu-ssm'), subscription: { kind: 'user' } } as ImageSpec;
    const text = fileAt(renderPackerFolder(rhel, templates), 'image.pkr.hcl').content;
    expect(text.slice(text.indexOf('error-cleanup-provisioner'))).toContain('scripts/unsubscribe.sh');
    expect(text).toMatch(
      /scripts\/subscribe\.sh"\n {4}use_env_var_file = true\n {4}execute_command {2}= local.as_root_by_file/,
    );
  });

  it('brings hostile text through as text', async () => {
    const packages = ['a${env("HOME")}', '{{ env `HOME` }}', 'b"; id #'];
    const files = renderPackerFolder({ ...cloud, packages, timezone: '%{if true}x' }, templates);
    const content = fileAt(files, 'image.pkr.hcl').content;
    expect(content).toContain('HNF_PACKAGES = "a$${env(\\"HOME\\")} {{\\"{{\\"}} env `HOME` }} b\\"; id #"');
    expect(content).toContain('HNF_TIMEZONE = "%%{if true}x"');
    await readHcl(content);
    expect(() => renderPackerFolder({ ...cloud, name: 'x"y' }, templates)).toThrow(/not usable/);
    expect(() => renderPackerFolder({ ...cloud, name: 'a\nprovisioner' }, templates)).toThrow(/line break/);
  });

  it('knows no Kubernetes version in the base layer', () => {
    for (const spec of [cloud, iso]) {
      const newer = { ...spec, kubernetes: '1.35.1', nodeadm: { ...spec.nodeadm, version: '1.0.21' } };
      expect(renderQemuLayer(newer, 'base', templates)).toEqual(renderQemuLayer(spec, 'base', templates));
    }
  });

  it('gives scripts, and only scripts, the executable bit', () => {
    for (const spec of qemuCells) {
      for (const file of renderPackerFolder(spec, templates)) {
        expect([file.path, file.mode]).toEqual([file.path, file.path.endsWith('.sh') ? 0o755 : 0o644]);
      }
    }
  });

  it.skipIf(!existsSync('/bin/sh'))('has scripts a POSIX shell can read', () => {
    const scripts = new Map(
      qemuCells
        .flatMap((spec) => renderPackerFolder(spec, templates))
        .flatMap(({ path, content }) => (path.endsWith('.sh') ? [[path, content]] : [])),
    );
    for (const content of scripts.values()) {
      expect(() => execFileSync('/bin/sh', ['-n'], { input: content, stdio: 'pipe' })).not.toThrow();
      expect(content).toMatch(/^#!\/bin\/sh\n/);
    }
  });

  it('refers only to files that are there, and has no others', () => {
    for (const spec of qemuCells) {
      for (const [, files] of allFolders(spec)) {
        const hcl = fileAt(files, 'image.pkr.hcl').content;
        const named = [...hcl.matchAll(/"(?:\$\{path\.root\}\/)?((?:scripts|seed)\/[^"]+)"/g)].map(
          (match) => match[1] ?? '',
        );
        const paths = files.map((file) => file.path).filter((path) => /^(scripts|seed)\//.test(path));
        // The join's files are uploaded as one folder.
        const own = new Set(paths.map((path) => path.replace(/^(scripts\/join)\/.*/, '$1')));
        expect([...new Set(named)].sort()).toEqual([...own].sort());
      }
    }
  });
});
