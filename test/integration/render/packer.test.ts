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
import { hclPluginString } from '../../../src/render/quote/hcl.ts';
import { requirePluginFolder } from '../../../src/tools/plugin-folder.ts';
import { needTools, realTools } from '../../helpers/need-tools.ts';
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
): Promise<ExecResult> {
  const [packer = ''] = await needTools(context, 'packer');
  const env = { CHECKPOINT_DISABLE: '1', PACKER_PLUGIN_PATH: plugins ?? cwd, PACKER_CONFIG_DIR: cwd };
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

/** The two variables a person has to give, and a key. */
function validateArgs(folder: string, spec: ImageSpec | undefined): string[] {
  const key = createBuildKey();
  writeFileSync(join(folder, 'key'), key.privateKey, { mode: 0o600 });
  const variables = [
    `ssh_private_key_file=${join(folder, 'key')}`,
    `ssh_public_key=${key.publicKey}`,
    'accelerator=tcg',
  ];
  if (spec?.nodeadm.artifacts.kind === 'mirror') variables.push('mirror_url=http://10.0.2.2:8080');
  return variables.flatMap((variable) => ['-var', variable]);
}

describe('integration/render/packer', () => {
  it.for(exampleSpecs)('$name is fmt clean', async (spec, context) => {
    const folder = writeTree(renderPackerFolder(spec, templates));
    const run = await runPacker(context, ['fmt', '-check', '-diff', '-recursive', folder], folder);
    expect(run.stdout).toBe('');
  });

  it.for(exampleSpecs)('$name passes packer validate', async (spec, context) => {
    await needPlugins(context);
    const folder = writeTree(renderPackerFolder(spec, templates));
    const layers = spec.source.kind === 'cloudImage' ? ['base', 'node'] : ['node'];
    for (const layer of layers) {
      const variables = validateArgs(folder, layer === 'node' ? spec : undefined);
      const run = await runPacker(context, ['validate', ...variables, join(folder, layer)], folder);
      expect(run.stdout).toContain('The configuration is valid.');
    }
  });

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
    const spec = exampleSpecs[0] as ImageSpec;
    const folder = writeTree(renderPackerFolder(spec, templates));
    const args = ['validate', ...validateArgs(folder, spec), '-var', variable, join(folder, 'node')];
    const run = await runPacker(context, args, folder, [1]);
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
});

/** A build without a machine; a switched-off breakpoint prints the note it was given. */
function hostileBuild(texts: readonly string[]): string {
  const notes = texts.map(
    (text) => `  provisioner "breakpoint" {\n    disable = true\n    note = ${hclPluginString(text)}\n  }\n`,
  );
  return `source "null" "x" {\n  communicator = "none"\n}\n\nbuild {\n  sources = ["source.null.x"]\n${notes.join('')}}\n`;
}
