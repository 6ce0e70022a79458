import { dirname, join, resolve } from 'node:path';
import { createExec } from '../../../src/core/exec.ts';
import {
  type CloudInit,
  type CloudInitRelease,
  cloudInitReleases,
  provideCloudInitRelease,
} from '../../../src/tools/cloud-init.ts';
import { providePythonEnv } from '../../../src/tools/python-env.ts';
import { realTools } from '../../helpers/need-tools.ts';

export const releases = Object.keys(cloudInitReleases) as CloudInitRelease[];

const exec = createExec();
const tools = realTools();

/** One of the pinned releases, fetched if need be. */
export function realCloudInit(release: CloudInitRelease): Promise<CloudInit> {
  return provideCloudInitRelease(release, tools);
}

/** Questions to cloud-init's own code (read-payloads.py), all in one process. */
export async function askCloudInit<Answer>(
  release: CloudInitRelease,
  task: string,
  questions: readonly unknown[],
): Promise<(Answer & { error?: string })[]> {
  const { path } = await realCloudInit(release);
  const { python } = await providePythonEnv(tools);
  const library = join(dirname(dirname(path)), 'usr/lib/python3/dist-packages');
  const script = resolve(import.meta.dirname, 'read-payloads.py');
  const options = {
    input: JSON.stringify({ task, questions }),
    timeoutMs: 300_000,
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  };
  const { stdout } = await exec.run(python, ['-I', script, library], options);
  return JSON.parse(stdout) as (Answer & { error?: string })[];
}

/** cloud-init's own program; `devel schema` was its name before 22.2. */
export async function runSchema(
  release: CloudInitRelease,
  file: string,
): Promise<{ exitCode: number; output: string }> {
  const { path } = await realCloudInit(release);
  const verb = release.startsWith('20.') ? ['devel', 'schema'] : ['schema'];
  const options = { accept: [0, 1, 2], timeoutMs: 120_000 };
  const { exitCode, stdout, stderr } = await exec.run(path, [...verb, '--config-file', file], options);
  return { exitCode, output: `${stdout}${stderr}` };
}

export type Renderer = 'netplan' | 'networkd' | 'network-manager' | 'sysconfig';

/** Renderers that `net-convert` of a release knows. */
export function renderersOf(release: CloudInitRelease): readonly Renderer[] {
  return release.startsWith('20.') ? ['netplan', 'sysconfig'] : ['netplan', 'networkd', 'network-manager', 'sysconfig'];
}

/** What `cloud-init devel net-convert` writes for each network, as one text per network. */
export async function convertNetworks(
  release: CloudInitRelease,
  networks: readonly string[],
  renderer: Renderer,
): Promise<{ text: string; error?: string }[]> {
  const distro = renderer === 'netplan' || renderer === 'networkd' ? 'ubuntu' : 'rhel';
  const questions = networks.map((network) => ({ network, renderer, distro }));
  const answers = await askCloudInit<{ files?: Record<string, string> }>(release, 'convert', questions);
  return answers.map(({ files = {}, ...rest }) => ({ ...rest, text: Object.values(files).join('\n') }));
}
