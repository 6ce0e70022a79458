import { findPreseedSecrets, findUserDataFaults } from '../../../render/check-user-data.ts';
import { findKickstart, findPreseed, findUserData, hasInstallerAnswers, mapIn, readYaml } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Finding, Judge, RenderedCell, Task } from '../types.ts';

type Kind = 'fault' | 'cloud-config' | 'autoinstall' | 'preseed' | 'kickstart';

/** Our own rules for what every seed has: it can be filled in, and holds no secret. */
export const seedRules: Judge = {
  looksFor: 'the seed can be filled in, lets the build in by key, holds no password',
  tools: [],
  plan: planSeeds,
  run: async (tasks) => new Map(tasks.map((task) => [task.key, judge(task)])),
};

function planSeeds(cell: RenderedCell): Task[] {
  const create = (kind: Kind, file: string, text: string) =>
    createTask({ judge: 'seed-rules', file, text, facts: { kind } });
  const faults = cell.seeds.flatMap(({ file, fault }) => (fault === undefined ? [] : [create('fault', file, fault)]));
  const userData = findUserData(cell);
  const preseed = findPreseed(cell);
  const kickstart = findKickstart(cell);
  return [
    ...faults,
    ...(userData === undefined
      ? []
      : [create(hasInstallerAnswers(cell) ? 'autoinstall' : 'cloud-config', userData.file, userData.text)]),
    ...(preseed === undefined ? [] : [create('preseed', preseed.file, preseed.text)]),
    ...(kickstart === undefined ? [] : [create('kickstart', kickstart.file, kickstart.text)]),
  ];
}

function judge(task: Task): Finding[] {
  const kind = task.facts['kind'] as Kind;
  if (kind === 'fault') return [findingAt(task, null, task.text)];
  // It could be filled in; what it says has judges of its own.
  if (kind === 'kickstart') return [];
  if (kind === 'preseed')
    return findPreseedSecrets(task.text).map(({ line, message }) => findingAt(task, line, message));
  const header = task.text.startsWith('#cloud-config\n')
    ? []
    : [findingAt(task, 1, "the first line is not '#cloud-config': cloud-init does not read the file")];
  const read = readYaml(task.text);
  const userData = kind === 'autoinstall' ? mapIn(mapIn(read)?.['autoinstall'])?.['user-data'] : read;
  const faults = userData === undefined ? [] : findUserDataFaults(userData);
  return [...header, ...faults.map(({ path, message }) => findingAt(task, null, `${path}: ${message}`))];
}
