import { askPython } from '../ask-python.ts';
import { findKickstart } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Judge } from '../types.ts';

/** What `ksvalidator -v RHEL8|RHEL9` says, by its library: one process for all. A deprecated command is a finding there too. */
export const ksvalidator: Judge = {
  looksFor: "pykickstart reads the kickstart as its release's installer does",
  tools: ['ksvalidator', 'python-judges'],
  plan(cell) {
    const kickstart = findKickstart(cell);
    if (kickstart === undefined) return [];
    const facts = { version: `RHEL${Number.parseInt(cell.spec.os.version, 10)}` };
    return [createTask({ judge: 'ksvalidator', ...kickstart, facts })];
  },
  async run(tasks, bench) {
    const questions = tasks.map(({ text, facts }) => ({ text, version: facts['version'] }));
    const answers = await askPython<[number | null, string][]>('kickstart', questions, bench);
    return new Map(
      tasks.map((task, at) => [
        task.key,
        (answers[at] ?? []).map(([line, message]) => findingAt(task, line, message.replaceAll(/\s+/g, ' ').trim())),
      ]),
    );
  },
};
