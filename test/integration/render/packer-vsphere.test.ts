import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImageFormat, ImageSpec } from '../../../src/catalog/image-spec.ts';
import { createExec } from '../../../src/core/exec.ts';
import { sha256File } from '../../../src/core/hash.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderVsphereFolder, type VsphereFolderOptions } from '../../../src/render/packer/vsphere.ts';
import { hostPlatform } from '../../../src/tools/platform.ts';
import { requirePluginFolder } from '../../../src/tools/plugin-folder.ts';
import { needTools, realTools } from '../../helpers/need-tools.ts';
import { builtinCells, cellFolder, findCell } from '../../render/cells.ts';

const templates = loadTemplates(packageRoot());
const exec = createExec();
const tools = realTools();
let packer = '';
let plugin = '';
let plugins = '';

beforeEach(async (test) => {
  [packer = '', plugin = ''] = await needTools(test, 'packer', 'packer-plugin-vsphere');
  if (plugins === '') plugins = await requirePluginFolder(['packer-plugin-vsphere'], tools);
});

/** What the seeds of AWS's example set for vSphere, and nothing of ours. */
const seeds = {
  PKR_SSH_PASSWORD: 'ubuntu',
  ISO_URL: '/nowhere/installer.iso',
  ISO_CHECKSUM: 'b8f31413336b9393ad5d8ef0282717b2ab19f007df2e9ed5196c13d8f9153c8b',
  CREDENTIAL_PROVIDER: 'ssm',
  K8S_VERSION: '1.34',
  NODEADM_ARCH: 'amd',
  RH_USERNAME: 'somebody',
  RH_PASSWORD: 'secret-of-theirs',
  RHEL_VERSION: '9',
  VSPHERE_SERVER: 'vcenter.example.org',
  VSPHERE_USER: 'builder@vsphere.local',
  VSPHERE_PASSWORD: 'pass{{word}} of "theirs"',
  VSPHERE_DATACENTER: 'dc1',
  VSPHERE_CLUSTER: 'cluster1',
  VSPHERE_DATASTORE: 'datastore1',
  VSPHERE_NETWORK: 'VM Network',
  VSPHERE_OUTPUT_FOLDER: 'templates',
};

interface Validation {
  options?: VsphereFolderOptions;
  env?: Record<string, string>;
  args?: readonly string[];
  accept?: readonly number[];
  pluginPath?: string;
}

async function validate(spec: ImageSpec, given: Validation = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'render-'));
  for (const file of renderVsphereFolder(spec, templates, given.options)) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.content, { mode: file.mode });
  }
  const env = {
    ...(given.env ?? seeds),
    ...(spec.builder === 'vsphere-clone' && given.env === undefined ? { VSPHERE_TEMPLATE: '/dc1/vm/cloud-image' } : {}),
    CHECKPOINT_DISABLE: '1',
    PACKER_PLUGIN_PATH: given.pluginPath ?? plugins,
    PACKER_CONFIG_DIR: folder,
  };
  const args = ['validate', `-only=general-build.${spec.builder}.${spec.name}`, ...(given.args ?? []), '.'];
  const options = { cwd: folder, env, accept: given.accept ?? [0], timeoutMs: 120_000 };
  const run = await exec.run(packer ?? '', args, options);
  return `${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ');
}

/** A checksum that would be fetched is replaced: this test works without a network. */
function offline({ source }: ImageSpec): readonly string[] {
  const isListed = source.kind === 'iso' && source.checksum?.startsWith('file:') === true;
  return isListed ? ['-var', `iso_checksum=sha256:${'0123456789abcdef'.repeat(4)}`] : [];
}

const cells = builtinCells.filter((spec) => spec.builder !== 'qemu' && spec.provider === 'ssm');
const iso = findCell('ubuntu24-amd64-iso-vsphere-iso-ssm');
const clone = findCell('rhel9-amd64-cloud-image-vsphere-clone-ssm');

describe('integration/render/packer-vsphere', () => {
  it.for(cells.map((spec) => [cellFolder(spec), spec] as const))(
    "%s validates with the seeds' environment",
    async ([, spec]) => {
      const formats: ImageFormat[] = ['vsphere', 'ova'];
      const said = await validate(spec, { options: { formats }, args: offline(spec) });
      expect(said).toContain('The configuration is valid.');
      expect(said).not.toMatch(/not all matches were found|Warning|secret-of-theirs/);
    },
  );

  const variants: [string, ImageSpec, ImageFormat[], string[]][] = [
    ['an OVA alone', iso, ['ova'], []],
    ['a library item', iso, ['vsphere'], ['-var', 'vsphere_content_library=images']],
    ['an installer on a datastore', iso, ['vsphere'], ['-var', 'iso_url=[datastore1] iso/installer.iso']],
    ['an installer in a library', iso, ['vsphere'], ['-var', 'iso_url=Library/item/a.iso', '-var', 'iso_checksum=']],
    ['an OVA of a clone alone', clone, ['ova'], []],
    ['a library item of a clone', clone, ['vsphere'], ['-var', 'vsphere_content_library=images']],
  ];
  it.for(variants)('validates with %s', async ([, spec, formats, args]) => {
    expect(await validate(spec, { options: { formats }, args })).toContain('The configuration is valid.');
  });

  // The same binary under VMware's address, as a release of theirs is found; what 2.x knows is compared in test/render.
  it.for([iso, clone])('$name of $builder validates with the plugin of the other address', async (spec) => {
    const pluginPath = mkdtempSync(join(tmpdir(), 'plugins-'));
    const { os, arch } = hostPlatform();
    const path = join(pluginPath, `github.com/vmware/vsphere/packer-plugin-vsphere_v1.4.2_x5.0_${os}_${arch}`);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(plugin ?? '', path);
    writeFileSync(`${path}_SHA256SUM`, await sha256File(path));
    const options = { plugin: { kind: 'vmware', version: '1.4.2' } as const };
    expect(await validate(spec, { options, pluginPath })).toContain('The configuration is valid.');
    expect(await validate(spec, { pluginPath, accept: [1] })).toContain('github.com/hashicorp/vsphere = 1.4.2');
  });

  it('says each setting that is missing', async () => {
    const said = await validate(clone, { env: {}, accept: [1] });
    for (const name of ['SERVER', 'USER', 'PASSWORD', 'DATASTORE', 'NETWORK', 'TEMPLATE']) {
      expect(said).toContain(`Set VSPHERE_${name} to `);
    }
    const installer = findCell('rhel9-amd64-iso-vsphere-iso-ssm');
    expect(await validate(installer, { env: {}, accept: [1] })).toContain('Set ISO_URL to the installer.');
  });

  it.for([
    ['vsphere_server=https://vcenter/sdk', /without https/],
    ['vm_name=a b', /up to 80 letters/],
    ['iso_checksum=abc', /Set ISO_CHECKSUM to sha256:/],
  ] as const)('refuses %s with words', async ([variable, words]) => {
    expect(await validate(iso, { args: ['-var', variable], accept: [1] })).toMatch(words);
  });
});
