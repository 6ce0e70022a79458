import { describe, expect, it } from 'vitest';
import type { ImageFormat, ImageSpec } from '../../../src/catalog/image-spec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderVsphereFolder, type VsphereFolderOptions } from '../../../src/render/packer/vsphere.ts';
import { type VspherePluginKind, vspherePlugins } from '../../../src/render/packer/vsphere-pins.ts';
import { builtinCells, cellFolder, findCell } from '../cells.ts';
import { pluginOptions } from '../plugin-options.ts';
import { readHcl } from '../read-hcl.ts';

const templates = loadTemplates(packageRoot());
const cells = builtinCells.filter((spec) => spec.builder !== 'qemu' && spec.provider === 'ssm');
const iso = findCell('ubuntu24-amd64-iso-vsphere-iso-ssm');
const clone = findCell('ubuntu24-amd64-cloud-image-vsphere-clone-ssm');

interface Template {
  packer: { required_plugins: Record<string, { source: string; version: string }>[] }[];
  variable: Record<string, { default?: string; sensitive?: boolean }[]>;
  source: Record<string, Record<string, Record<string, unknown>[]>>;
  build: { name: string; sources: string[] }[];
}

function hclOf(spec: ImageSpec, options: VsphereFolderOptions = {}): string {
  return renderVsphereFolder(spec, templates, options).find(({ path }) => path === 'image.pkr.hcl')?.content ?? '';
}

async function readTemplate(spec: ImageSpec, options: VsphereFolderOptions = {}) {
  const template = (await readHcl(hclOf(spec, options))) as Template;
  const source = template.source[spec.builder]?.[spec.name]?.[0];
  if (source === undefined) throw new Error(`no source for ${spec.builder} and ${spec.name}`);
  return { ...template, own: source };
}

describe('render/packer/vsphere', () => {
  it('has cells of both builders, and only for amd64', () => {
    expect([...new Set(cells.map((spec) => spec.builder))].sort()).toEqual(['vsphere-clone', 'vsphere-iso']);
    expect([...new Set(cells.map((spec) => spec.arch))]).toEqual(['amd64']);
  });

  it.for(cells.map((spec) => [cellFolder(spec), spec] as const))(
    '%s: one build with the name of the seeds',
    async ([, spec]) => {
      const { build } = await readTemplate(spec);
      expect(build).toMatchObject([{ name: 'general-build', sources: [`source.${spec.builder}.${spec.name}`] }]);
    },
  );

  it.for(
    (['hashicorp', 'vmware'] as const).flatMap((kind) => cells.map((spec) => [kind, cellFolder(spec), spec] as const)),
  )('%s, %s: names its plugin, pinned, and only options it knows', async ([kind, , spec]) => {
    const formats: ImageFormat[] = ['vsphere', 'ova'];
    const { packer, own } = await readTemplate(spec, { plugin: vspherePlugins[kind], formats });
    expect(packer[0]?.required_plugins[0]).toEqual({
      vsphere: { source: `github.com/${kind}/vsphere`, version: `= ${vspherePlugins[kind].version}` },
    });
    const known = pluginOptions(kind as VspherePluginKind, spec.builder);
    const named = Object.keys(own).map((name) => (name === 'dynamic' ? 'content_library_destination' : name));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('checks certificates unless told otherwise, and takes the password from the environment alone', async () => {
    for (const spec of [iso, clone]) {
      const { own, variable } = await readTemplate(spec);
      expect(own['insecure_connection']).toBe('${var.vsphere_insecure}');
      expect(variable['vsphere_insecure']?.[0]).toMatchObject({ default: false });
      expect(variable['vsphere_password']?.[0]).toMatchObject({
        default: '${env("VSPHERE_PASSWORD")}',
        sensitive: true,
      });
    }
  });

  it.for([
    ['vsphere_server', 'VSPHERE_SERVER'],
    ['vsphere_user', 'VSPHERE_USER'],
    ['vsphere_datacenter', 'VSPHERE_DATACENTER'],
    ['vsphere_cluster', 'VSPHERE_CLUSTER'],
    ['vsphere_datastore', 'VSPHERE_DATASTORE'],
    ['vsphere_network', 'VSPHERE_NETWORK'],
    ['vsphere_folder', 'VSPHERE_OUTPUT_FOLDER'],
  ] as const)('%s is the seeds’ %s', async ([name, seed]) => {
    const { variable } = await readTemplate(iso);
    expect(variable[name]?.[0]?.default).toBe(`\${env("${seed}")}`);
  });

  it('asks for the machine of the catalog', async () => {
    const { own } = await readTemplate(iso);
    expect(own).toMatchObject({
      vm_version: iso.hardware.hardwareVersion,
      guest_os_type: 'ubuntu64Guest',
      firmware: iso.build.firmware === 'uefi' ? 'efi' : 'bios',
      CPUs: iso.hardware.cpus,
      RAM: iso.hardware.memoryMiB,
      disk_controller_type: ['pvscsi'],
      storage: [{ disk_size: iso.disk.sizeGiB * 1024, disk_thin_provisioned: true }],
      network_adapters: [{ network: '${var.vsphere_network}', network_card: 'vmxnet3' }],
      cdrom_type: 'sata',
      configuration_parameters: { 'disk.EnableUUID': 'TRUE' },
      remove_cdrom: true,
      remote_cache_cleanup: true,
      boot_order: 'disk,cdrom',
    });
  });

  it('boots UEFI where the catalog says so', async () => {
    const { own } = await readTemplate({ ...iso, build: { ...iso.build, firmware: 'uefi' } });
    expect(own['firmware']).toBe('efi');
  });

  it('leaves a clone its template’s firmware and hardware, and grows its disk', async () => {
    const { own } = await readTemplate(clone);
    expect(own).toMatchObject({ linked_clone: false, disk_size: clone.disk.sizeGiB * 1024, remove_cdrom: true });
    for (const name of [
      'firmware',
      'vm_version',
      'vapp',
      'storage',
      'remote_cache_cleanup',
      'iso_url',
      'boot_command',
    ]) {
      expect(own).not.toHaveProperty(name);
    }
    expect(hclOf(clone)).not.toContain('guestinfo');
  });

  it.for([
    [['vsphere'], { template: true, export: false }],
    [['ova'], { template: false, export: true }],
    [['vsphere', 'ova'], { template: true, export: true }],
    [[], { template: true, export: false }],
  ] as [ImageFormat[], { template: boolean; export: boolean }][])('formats %o', async ([formats, wanted]) => {
    for (const spec of [iso, clone]) {
      const { own, variable } = await readTemplate(spec, { formats });
      expect('convert_to_template' in own).toBe(wanted.template);
      expect('vsphere_content_library' in variable).toBe(wanted.template);
      expect(own['destroy'] === true).toBe(!wanted.template);
      const exported = wanted.export
        ? [{ manifest: 'sha256', output_directory: '${var.output_directory}' }]
        : undefined;
      if (exported === undefined) expect(own).not.toHaveProperty('export');
      else expect(own['export']).toMatchObject(exported);
      expect(hclOf(spec, { formats })).not.toMatch(/output_format|"none"$/m);
    }
  });

  it('gives the CD the label its reader looks for', async () => {
    expect((await readTemplate(findCell('rhel9-amd64-iso-vsphere-iso-ssm'))).own).toMatchObject({ cd_label: 'OEMDRV' });
    expect((await readTemplate(iso)).own).toMatchObject({ cd_label: 'cidata' });
    expect((await readTemplate(clone)).own).toMatchObject({ cd_label: 'cidata' });
  });

  const misfits: [string, ImageSpec][] = [
    ['arm64', { ...iso, arch: 'arm64' }],
    ['an ISO to clone', { ...iso, builder: 'vsphere-clone' }],
    ['a cloud image to install', { ...clone, builder: 'vsphere-iso' }],
    ['a bootstrap', findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra')],
  ];
  it.for(misfits)('renders nothing for a pair that does not fit: %s', ([, spec]) => {
    expect(() => hclOf(spec)).toThrow(/is not for/);
  });
});
