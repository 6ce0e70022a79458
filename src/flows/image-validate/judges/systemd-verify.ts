import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withTempDir } from '../../../core/temp.ts';
import { listHeredocs } from '../excerpts.ts';
import { inLanes } from '../lanes.ts';
import { createTask, findingAt } from '../task.ts';
import type { Bench, Finding, Judge, RenderedCell, Task } from '../types.ts';

const unitName = /\.(service|socket|timer|path|mount|target)$/;
const dropIn = /\/([^/]+\.(?:service|socket|timer|path|mount|target))\.d\/[^/]+\.conf$/;

/** `systemd-analyze verify` of every unit that our scripts or the folder bring, in a root of its own. */
export const systemdVerify: Judge = {
  looksFor: 'systemd reads the units that we write without a word',
  tools: ['systemd-analyze'],
  plan: planUnits,
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    await inLanes(tasks, bench.lanes, async (task) => {
      findings.set(task.key, await withTempDir('unit', (root) => verify(task, root, bench), bench.tempFolder));
      bench.onJudged();
    });
    return findings;
  },
};

function planUnits({ files, base }: RenderedCell): Task[] {
  const judge = 'systemd-verify';
  return [...files, ...base].flatMap(({ path, content }) => {
    if (unitName.test(path) || dropIn.test(`/${path}`))
      return [createTask({ judge, file: path, text: content, facts: { target: `/${path}` } })];
    return listHeredocs(path, content)
      .filter(({ target }) => unitName.test(target) || dropIn.test(target))
      .map(({ target, ...part }) => createTask({ judge, ...part, facts: { target } }));
  });
}

async function verify(task: Task, root: string, bench: Bench): Promise<Finding[]> {
  const { target = '' } = task.facts;
  const folder = join(root, 'etc/systemd/system');
  const parent = dropIn.exec(target)?.[1];
  const unit = parent ?? basename(target);
  const path = parent === undefined ? join(folder, unit) : join(folder, `${unit}.d`, basename(target));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, task.text);
  // What a drop-in changes has to be there.
  if (parent !== undefined) await writeFile(join(folder, unit), '[Service]\nExecStart=/bin/true\n');
  const program = bench.tools.get('systemd-analyze');
  const isNew = Number(program?.version ?? 0) >= 250;
  const args = [`--root=${root}`, 'verify', '--man=no', ...(isNew ? ['--recursive-errors=no'] : []), unit];
  const options = { accept: [0, 1], timeoutMs: 60_000, signal: bench.signal };
  const { stdout, stderr } = await bench.exec.run(program?.path ?? 'systemd-analyze', args, options);
  return readComplaints(`${stdout}\n${stderr}`, unit, path, task);
}

/** The root is empty, so no program that a unit starts is there. */
function readComplaints(said: string, unit: string, path: string, task: Task): Finding[] {
  return said
    .split('\n')
    .filter((line) => line.trim() !== '' && !/ is not executable: No such file/.test(line))
    .filter((line) => line.includes(unit) || line.includes(path))
    .map((line) => {
      const number = line.startsWith(`${path}:`) ? Number(/^:(\d+)/.exec(line.slice(path.length))?.[1] ?? 0) : 0;
      return findingAt(task, number, line.replace(path, unit));
    });
}
