import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { messageOf } from '../../../core/errors.ts';
import { askPython } from '../ask-python.ts';
import { filledSeeds, listHeredocs } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Finding, Judge, RenderedCell, Task } from '../types.ts';

/** PyYAML, which cloud-init and the installers use, reads every YAML file to the value that we mean (YAML 1.2). */
export const pyyaml: Judge = {
  looksFor: 'PyYAML reads every YAML file as we do',
  tools: ['python-judges'],
  plan: planFiles,
  async run(tasks, bench) {
    const texts = tasks.map(({ text }) => text);
    const answers = await askPython<Answer>('yaml', texts, bench);
    return new Map(tasks.map((task, at) => [task.key, compare(task, answers[at])]));
  },
};

interface Answer {
  value?: unknown;
  error?: string;
  line?: number | null;
}

function planFiles(cell: RenderedCell): Task[] {
  const judge = 'pyyaml';
  const seeds = filledSeeds(cell).filter(({ file }) => /(user-data|meta-data|network-config)/.test(file));
  const files = [...cell.files, ...cell.base];
  const plain = files.filter(({ path }) => isYaml({ target: path }));
  const parts = files.flatMap(({ path, content }) => listHeredocs(path, content).filter(isYaml));
  return [
    ...seeds.map((seed) => createTask({ judge, ...seed })),
    ...plain.map(({ path, content }) => createTask({ judge, file: path, text: content })),
    ...parts.map(({ target, ...part }) => createTask({ judge, ...part, facts: { target } })),
  ];
}

function isYaml({ target }: { target: string }): boolean {
  return /\.ya?ml$/.test(target) || /\/etc\/cloud\/cloud\.cfg/.test(target);
}

function compare(task: Task, answer: Answer | undefined): Finding[] {
  if (answer?.error !== undefined) return [findingAt(task, answer.line ?? null, `PyYAML: ${answer.error}`)];
  try {
    const ours = load(task.text);
    if (isDeepStrictEqual(ours, answer?.value)) return [];
    const where = findDifference(ours, answer?.value, '');
    return [findingAt(task, null, `PyYAML reads another value ${where}`)];
  } catch (error) {
    return [findingAt(task, null, `YAML 1.2: ${messageOf(error)}`)];
  }
}

function findDifference(ours: unknown, theirs: unknown, path: string): string {
  const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isMap(ours) && isMap(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    const key = keys.find((name) => !isDeepStrictEqual(ours[name], theirs[name]));
    if (key !== undefined) return findDifference(ours[key], theirs[key], `${path}.${key}`);
  }
  return `at '${path.slice(1)}': ${JSON.stringify(theirs)}, meant is ${JSON.stringify(ours)}`;
}
