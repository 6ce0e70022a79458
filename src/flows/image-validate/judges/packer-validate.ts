import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSpec } from '../../../catalog/image-spec.ts';
import { canonicalJson, sha256 } from '../../../core/hash.ts';
import { withTempDir } from '../../../core/temp.ts';
import { type BuildKey, createBuildKey } from '../../../packer/build-key.ts';
import { inLanes } from '../lanes.ts';
import { createTask } from '../task.ts';
import type { Bench, Finding, Judge, RenderedCell, Task } from '../types.ts';

const timeoutMs = 180_000;

/** `packer validate` of the whole folder, as somebody would run it who has what the cell needs. */
export const packerValidate: Judge = {
  looksFor: 'packer validate accepts the folder, with both plugins',
  tools: ['packer', 'packer-plugin-qemu', 'packer-plugin-vsphere'],
  plan: (cell) => [planFolder(cell)],
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    const key = createBuildKey();
    await inLanes(tasks, bench.lanes, async (task) => {
      findings.set(task.key, await validate(task, key, bench));
      bench.onJudged();
    });
    return findings;
  },
};

/** Of scripts only their being there matters to Packer; their texts have other judges. */
function planFolder({ spec, files }: RenderedCell): Task {
  const isRead = (path: string) => path.endsWith('.hcl') || path.startsWith('seed/');
  const matters = files.map(({ path, content }) => [path, isRead(path) ? sha256(content) : '']);
  const facts = { ...environmentFor(spec), only: `general-build.${spec.builder}.${spec.name}` };
  return createTask({
    judge: 'packer-validate',
    file: 'image.pkr.hcl',
    text: canonicalJson(matters),
    facts,
    folder: files,
  });
}

const sum = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** What the user of a cell has and we do not: addresses, accounts. Values of the right shape, nothing is reached with them. */
function environmentFor({ source, nodeadm }: ImageSpec): Record<string, string> {
  // A list of checksums would be fetched.
  const isListed = source.kind !== 'bootstrap' && source.checksum?.startsWith('file:') === true;
  return {
    ISO_URL: '/nowhere/installer.iso',
    ISO_CHECKSUM: sum,
    CLOUD_IMAGE_URL: '/nowhere/disk.qcow2',
    CLOUD_IMAGE_CHECKSUM: sum,
    RH_ORG: '1234567',
    RH_ACTIVATION_KEY: 'example-key',
    RH_USERNAME: 'somebody',
    RH_PASSWORD: 'example-password',
    VSPHERE_SERVER: 'vcenter.example.org',
    VSPHERE_USER: 'builder@vsphere.local',
    VSPHERE_PASSWORD: 'example-password',
    VSPHERE_DATACENTER: 'dc1',
    VSPHERE_CLUSTER: 'cluster1',
    VSPHERE_DATASTORE: 'datastore1',
    VSPHERE_NETWORK: 'VM Network',
    VSPHERE_OUTPUT_FOLDER: 'templates',
    VSPHERE_TEMPLATE: '/dc1/vm/templates/cloud-image',
    ...(nodeadm.artifacts.kind === 'mirror' ? { PKR_VAR_mirror_url: 'http://10.0.2.2:8080' } : {}),
    ...(isListed ? { PKR_VAR_source_checksum: sum, PKR_VAR_iso_checksum: sum } : {}),
  };
}

function validate(task: Task, key: BuildKey, bench: Bench): Promise<Finding[]> {
  return withTempDir(
    'cell',
    async (folder) => {
      for (const file of task.folder) {
        const path = join(folder, file.path);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, file.content, { mode: file.mode });
      }
      await writeFile(join(folder, 'hnf-build-key'), key.privateKey, { mode: 0o600 });
      await writeFile(join(folder, 'hnf-build-key.pub'), `${key.publicKey}\n`);
      return runValidate(task, folder, bench);
    },
    bench.tempFolder,
  );
}

async function runValidate(task: Task, folder: string, bench: Bench): Promise<Finding[]> {
  const { only = '', ...given } = task.facts;
  const env = {
    ...given,
    PACKER_PLUGIN_PATH: bench.pluginFolder,
    PACKER_CONFIG_DIR: bench.tempFolder,
    PACKER_CACHE_DIR: join(bench.tempFolder, 'cache'),
    TMPDIR: bench.tempFolder,
    CHECKPOINT_DISABLE: '1',
    PACKER_NO_COLOR: '1',
  };
  const packer = bench.tools.get('packer')?.path ?? 'packer';
  const options = { cwd: folder, env, accept: [0, 1], timeoutMs, signal: bench.signal };
  const { exitCode, stdout, stderr } = await bench.exec.run(packer, ['validate', `-only=${only}`, '.'], options);
  const said = `${stdout}\n${stderr}`;
  if (exitCode === 0 && said.includes('The configuration is valid.') && !said.includes('not all matches were found'))
    return [];
  return readComplaints(said.replaceAll(`${folder}/`, ''), task);
}

/** `Error: What` and, some lines below, `on image.pkr.hcl line 12`. */
function readComplaints(said: string, task: Task): Finding[] {
  const blocks = said.split(/^(?=(?:Error|Warning): )/m).filter((block) => /^(?:Error|Warning): /.test(block));
  const found = blocks.map((block) => {
    const [, file = task.file, line] = /\bon (\S+) line (\d+)/.exec(block) ?? [];
    const words = block
      .split('\n')
      .filter((text) => !/^\s+(on \S+ line|\(source code not available\)|\d+:)/.test(text))
      .join(' ');
    return { file, line: line === undefined ? null : Number(line), message: words.replaceAll(/\s+/g, ' ').trim() };
  });
  if (found.length > 0) return found;
  return [{ file: task.file, line: null, message: said.trim().split('\n').slice(-3).join(' ') }];
}
