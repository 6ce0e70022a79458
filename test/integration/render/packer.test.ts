import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { createExec, type ExecResult } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { createBuildKey } from '../../../src/packer/build-key.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../../src/render/packer/folder.ts';
import { hasPackerBase, renderQemuLayer } from '../../../src/render/packer/qemu.ts';
import { hclPluginString } from '../../../src/render/quote/hcl.ts';
import { requirePluginFolder } from '../../../src/tools/plugin-folder.ts';
import { needTools, realTools } from '../../helpers/need-tools.ts';
import { builtinCells, cellFolder, findCell } from '../../render/cells.ts';
import { exampleSpecs } from '../../render/example-specs.ts';
import { hostileText } from '../../render/hostile-text.ts';

const templates = loadTemplates(packageRoot());
const exec = createExec();
const tools = realTools();
let plugins: string | undefined;

async function needPlugins(context: TestContext): Promise<void> {
  await needTools(context, 'packer-plugin-qemu');
  plugins ??= await requirePluginFolder(['packer-plugin-qemu'], tools);
}

async function runPacker(
  context: TestContext,
  args: readonly string[],
  cwd: string,
  accept: readonly number[] = [0],
  given: Readonly<Record<string, string>> = {},
): Promise<ExecResult> {
  const [packer = ''] = await needTools(context, 'packer');
  const env = { ...given, CHECKPOINT_DISABLE: '1', PACKER_PLUGIN_PATH: plugins ?? cwd, PACKER_CONFIG_DIR: cwd };
  return exec.run(packer, args, { cwd, env, accept, timeoutMs: 120_000 });
}

function writeTree(files: readonly RenderedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'render-'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true });
    writeFileSync(join(folder, file.path), file.content, { mode: file.mode });
  }
  return folder;
}

/** What the seeds of AWS's example set; nothing of ours. */
const seedsEnvironment = {
  PKR_SSH_PASSWORD: 'ubuntu',
  ISO_URL: '/nowhere/installer.iso',
  ISO_CHECKSUM: 'b8f31413336b9393ad5d8ef0282717b2ab19f007df2e9ed5196c13d8f9153c8b',
  CREDENTIAL_PROVIDER: 'ssm',
  K8S_VERSION: '1.34',
  NODEADM_ARCH: 'amd',
  RH_USERNAME: 'somebody',
  RH_PASSWORD: 'secret-of-theirs',
  RHEL_VERSION: '9',
  PACKER_OUTPUT_FORMAT: 'qcow2',
};

/** What has no default, and what would be fetched: this test works without a network. */
function neededVariables({ source, nodeadm }: ImageSpec): Record<string, string> {
  const sum = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const isListed = source.kind !== 'bootstrap' && source.checksum?.startsWith('file:') === true;
  return {
    ...(nodeadm.artifacts.kind === 'mirror' ? { PKR_VAR_mirror_url: 'http://10.0.2.2:8080' } : {}),
    ...(isListed ? { PKR_VAR_source_checksum: sum } : {}),
    ...(source.kind === 'cloudImage' && source.url === null
      ? { CLOUD_IMAGE_URL: '/nowhere/disk.qcow2', CLOUD_IMAGE_CHECKSUM: sum }
      : {}),
  };
}

const qemuCells = builtinCells.filter((spec) => spec.builder === 'qemu');
/** The provider changes nothing that Packer looks at. */
const validatedCells = [...new Map(qemuCells.map((spec) => [cellFolder({ ...spec, provider: 'ssm' }), spec])).values()];
const named = validatedCells.map((spec) => [cellFolder(spec), spec] as const);

describe('integration/render/packer', () => {
  it('fmt has nothing to say about any folder', async (context) => {
    const files = builtinCells.flatMap((spec) =>
      renderPackerFolder(spec, templates).map((file) => ({ ...file, path: `${cellFolder(spec)}/${file.path}` })),
    );
    const layers = qemuCells.flatMap((spec) =>
      (hasPackerBase(spec) ? (['base', 'node'] as const) : (['node'] as const)).flatMap((layer) =>
        renderQemuLayer(spec, layer, templates).map((file) => ({
          ...file,
          path: `${cellFolder(spec)}-${layer}/${file.path}`,
        })),
      ),
    );
    const examples = exampleSpecs.flatMap((spec) =>
      renderPackerFolder(spec, templates).map((file) => ({ ...file, path: `example-${spec.name}/${file.path}` })),
    );
    const folder = writeTree([...files, ...layers, ...examples].filter(({ path }) => path.endsWith('.pkr.hcl')));
    const run = await runPacker(context, ['fmt', '-check', '-diff', '-recursive', folder], folder);
    expect(run.stdout).toBe('');
  });

  // As a team would: the seeds' environment, nothing prepared, no key.
  it.for(named)("%s validates with the seeds' environment", async ([, spec], context) => {
    await needPlugins(context);
    const folder = writeTree(renderPackerFolder(spec, templates));
    const env = { ...seedsEnvironment, ...neededVariables(spec) };
    const run = await runPacker(context, ['validate', `-only=general-build.qemu.${spec.name}`, '.'], folder, [0], env);
    expect(run.stdout).toContain('The configuration is valid.');
    expect(run.stdout).not.toContain('not all matches were found');
    expect(run.stdout).not.toContain(seedsEnvironment.RH_PASSWORD);
  });

  it.for([findCell('ubuntu24-amd64-iso-qemu-ssm'), findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra')])(
    'the layers of $name validate with what a build gives them',
    async (spec, context) => {
      await needPlugins(context);
      for (const layer of hasPackerBase(spec) ? (['base', 'node'] as const) : (['node'] as const)) {
        const folder = writeTree(renderQemuLayer(spec, layer, templates));
        const key = createBuildKey();
        writeFileSync(join(folder, 'key'), key.privateKey, { mode: 0o600 });
        const env = {
          ...neededVariables(spec),
          PKR_VAR_ssh_private_key_file: join(folder, 'key'),
          PKR_VAR_ssh_public_key: key.publicKey,
          PKR_VAR_accelerator: 'none',
          PKR_VAR_boot_wait: '30s',
        };
        const run = await runPacker(context, ['validate', '.'], folder, [0], env);
        expect(run.stdout).toContain('The configuration is valid.');
      }
    },
  );

  it('ends a build without a key at once, and says so', async (context) => {
    await needPlugins(context);
    const folder = writeTree(renderPackerFolder(findCell('ubuntu24-amd64-iso-qemu-ssm'), templates));
    const run = await runPacker(context, ['build', '-color=false', '.'], folder, [1]);
    expect(`${run.stdout}${run.stderr}`).toContain('hnf-build-key.pub is missing, make them with ssh-keygen');
    expect(run.seconds).toBeLessThan(60);
  });

  it('says what is missing without an installer', async (context) => {
    await needPlugins(context);
    const folder = writeTree(renderPackerFolder(findCell('rhel9-amd64-iso-qemu-ssm'), templates));
    const run = await runPacker(context, ['validate', '.'], folder, [1]);
    const said = `${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ');
    expect(said).toContain("Set ISO_URL (or source_url) to the installer's ISO.");
    expect(said).toMatch(/ISO_CHECKSUM \(or source_checksum\) must be/);
  });

  it.for(['/isos/rhel-9.6-x86_64-boot.iso', 'https://cdn.example/rhel-9.6-x86_64-boot.iso?_auth_=x'])(
    'refuses a boot ISO that is only named when the folder for the DVD is built: %s',
    async (url, context) => {
      await needPlugins(context);
      const spec = findCell('rhel9-amd64-iso-qemu-ssm');
      const env = { ...seedsEnvironment, ISO_URL: url };
      const forDvd = writeTree(renderPackerFolder(spec, templates));
      const run = await runPacker(context, ['validate', '.'], forDvd, [1], env);
      expect(`${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ')).toContain('A boot ISO brings no packages');
      const source = { kind: 'iso', url, checksum: `sha256:${'0f'.repeat(32)}` } as const;
      const forBoot = writeTree(renderPackerFolder({ ...spec, source }, templates));
      await runPacker(context, ['validate', '.'], forBoot, [0], env);
    },
  );

  it.for([
    ['accelerator=kwm', /accelerator must be/],
    ['base_checksum=md5:1', /checksum must be/],
    ['mirror_url=ftp://x', /mirror must be/],
    ['nodeadm_sha256=abc', /64 lower-case hex/],
    ['image_identity=a b', /identity must/],
    ['ssh_public_key=ssh-ed25519 AAAA {{ env `HOME` }}', /public key must/],
    ['ssh_host_port_max=80', /between 1024 and 65535/],
    ['apt_proxy=http://x";id', /proxy must/],
    ['memory_mib=1', /1024 MiB/],
  ] as const)('refuses %s with words', async ([variable, words], context) => {
    await needPlugins(context);
    const spec = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');
    const folder = writeTree(renderPackerFolder(spec, templates));
    const given = variable.startsWith('mirror_url=') ? {} : neededVariables(spec);
    const run = await runPacker(context, ['validate', '-var', variable, '.'], folder, [1], given);
    expect(`${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ')).toMatch(words);
  });

  it('hands hostile text through HCL and Go template unchanged', async (context) => {
    // Packer's console adds something of its own at line breaks and drops control characters.
    const texts = fc
      .sample(hostileText, 400)
      .map((text) => text.normalize('NFC'))
      .filter((text) => text !== '' && !/[\p{Cc}\u2028\u2029]/u.test(text))
      .slice(0, 40);
    const folder = writeTree([{ path: 'hostile.pkr.hcl', mode: 0o644, content: hostileBuild(texts) }]);
    const run = await runPacker(context, ['build', '-color=false', '.'], folder);
    const notes = [...run.stdout.matchAll(/provisioner with note "(.*)" disabled; continuing/g)].map(
      (match) => match[1],
    );
    expect(notes).toEqual(texts);
  });

  // Real secrets are anything at all; what a plugin gets is what its Go template gives.
  it.for([findCell('rhel9-amd64-iso-qemu-ssm'), findCell('rhel9-amd64-iso-vsphere-iso-ssm')])(
    'hands secrets with braces through to the plugins of $builder unchanged',
    async (spec, context) => {
      const hcl = renderPackerFolder(spec, templates).find(({ path }) => path === 'image.pkr.hcl')?.content ?? '';
      const names = ['rh_org', 'rh_activation_key', 'rh_username', 'rh_password'];
      if (spec.builder !== 'qemu') names.push('vsphere_user', 'vsphere_password');
      const braced = fc.string({ unit: fc.constantFrom('{', '}', '"', '`', '-', 'a', '$', '%', '\\'), minLength: 1 });
      const texts = ['{{', '{{{', '}}{{', '{{ env "HOME" }}', "p{{w'd}}", '{{"{{"}}', '{{/*', '{{`{{`}}'];
      const secrets = [...texts, ...fc.sample(braced, 4)].map((text, at) => ({ text: `<${text}>`, at }));
      const content = secretsBuild(hcl, names, secrets);
      const folder = writeTree([{ path: 'secrets.pkr.hcl', mode: 0o644, content }]);
      const values = secrets.flatMap(({ text, at }) => names.map((name) => [`PKR_VAR_${name}_${at}`, text]));
      const run = await runPacker(context, ['build', '-color=false', '.'], folder, [0, 1], Object.fromEntries(values));
      expect(run.stderr + run.stdout).not.toContain('Error');
      const notes = [...run.stdout.matchAll(/provisioner with note "(.*)" disabled; continuing/g)];
      expect(notes.map((match) => match[1])).toEqual(secrets.flatMap(({ text }) => names.map(() => text)));
    },
  );
});

/** What the folder itself does with each secret, once per text: variables and locals, no longer masked, and the settings as notes. */
function secretsBuild(hcl: string, names: readonly string[], secrets: readonly { at: number }[]): string {
  const any = names.join('|');
  const blocks = [...hcl.matchAll(new RegExp(`^(?:variable|local) "(?:${any})" \\{\\n[\\s\\S]*?\\n\\}\\n`, 'gm'))]
    .map(([block]) => block.replace(/^ *sensitive +=.*\n/m, ''))
    .join('\n');
  const settings = names.map((name) => {
    const found = new RegExp(`^ *(?:HNF_\\w+|username|password) += (.*\\b(?:var|local)\\.${name}\\b.*)$`, 'm').exec(
      hcl,
    );
    return `  provisioner "breakpoint" {\n    disable = true\n    note = ${found?.[1] ?? `missing ${name}`}\n  }\n`;
  });
  const numbered = (text: string, at: number) => text.replaceAll(new RegExp(`\\b(${any})\\b`, 'g'), `$1_${at}`);
  const source = 'source "null" "x" {\n  communicator = "none"\n}\n';
  const notes = secrets.map(({ at }) => numbered(settings.join(''), at)).join('');
  const declared = secrets.map(({ at }) => numbered(blocks, at)).join('\n');
  return `${declared}\n${source}\nbuild {\n  sources = ["source.null.x"]\n${notes}}\n`;
}

/** A build without a machine; a switched-off breakpoint prints the note it was given. */
function hostileBuild(texts: readonly string[]): string {
  const notes = texts.map(
    (text) => `  provisioner "breakpoint" {\n    disable = true\n    note = ${hclPluginString(text)}\n  }\n`,
  );
  return `source "null" "x" {\n  communicator = "none"\n}\n\nbuild {\n  sources = ["source.null.x"]\n${notes.join('')}}\n`;
}
