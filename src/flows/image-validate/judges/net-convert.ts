import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withTempDir } from '../../../core/temp.ts';
import { findUserData, mapIn, readAnswers, readYaml } from '../excerpts.ts';
import { inLanes } from '../lanes.ts';
import { createTask, findingAt } from '../task.ts';
import type { Bench, Finding, Judge, RenderedCell, Task } from '../types.ts';

/** What renders network configuration on the systems that have one of ours: Ubuntu's installer and its image. */
const renderers = ['netplan', 'networkd', 'network-manager'] as const;

/** `cloud-init devel net-convert` for each renderer, and what came out says what went in. */
export const netConvert: Judge = {
  looksFor: 'network configuration becomes what each renderer needs',
  tools: ['cloud-init'],
  plan: planNetwork,
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    await inLanes(tasks, bench.lanes, async (task) => {
      findings.set(task.key, await withTempDir('net', (folder) => convert(task, folder, bench), bench.tempFolder));
      bench.onJudged();
    });
    return findings;
  },
};

function planNetwork(cell: RenderedCell): Task[] {
  const network = readAnswers(cell)?.['network'];
  const file = findUserData(cell)?.file ?? '';
  if (network === undefined) return [];
  const text = JSON.stringify({ network }, null, 2);
  return renderers.map((renderer) => createTask({ judge: 'net-convert', file, text, facts: { renderer } }));
}

async function convert(task: Task, folder: string, bench: Bench): Promise<Finding[]> {
  const { renderer = '' } = task.facts;
  const [input, output] = [join(folder, 'network.yaml'), join(folder, 'out')];
  await writeFile(input, task.text);
  const program = bench.tools.get('cloud-init')?.path ?? 'cloud-init';
  const args = ['devel', 'net-convert', '-p', input, '-k', 'yaml', '-d', output, '-D', 'ubuntu', '-O', renderer];
  const options = { accept: [0, 1, 2], timeoutMs: 180_000, signal: bench.signal };
  const { exitCode, stderr } = await bench.exec.run(program, args, options);
  const lastLine = stderr.trim().split('\n').at(-1) ?? '';
  if (exitCode !== 0) return [findingAt(task, null, `${renderer}: ${lastLine}`)];
  const written = await readAll(output);
  return findLosses(renderer, task.text, written).map((message) => findingAt(task, null, `${renderer}: ${message}`));
}

async function readAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
  );
}

/** net-convert ends well whatever it leaves out. */
function findLosses(renderer: string, text: string, written: readonly string[]): string[] {
  const network = mapIn(mapIn(readYaml(text))?.['network']);
  if (renderer === 'netplan') {
    const isSame = written.some((file) => isDeepStrictEqual(mapIn(readYaml(file))?.['network'], network));
    return isSame ? [] : ['what came out is not what went in'];
  }
  const cards = Object.entries(mapIn(network?.['ethernets']) ?? {});
  return cards.flatMap(([name, settings]) => {
    const wantsDhcp = mapIn(settings)?.['dhcp4'] === true;
    const found = written.some((file) => /^(DHCP=(ipv4|yes)|method=auto)$/m.test(file));
    return wantsDhcp && !found ? [`'${name}' gets no DHCP`] : [];
  });
}
