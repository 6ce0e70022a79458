import type { Arch } from '../../../catalog/image-spec.ts';
import { findKickstartFaults } from '../../../render/kickstart/check.ts';
import type { RhelMajor } from '../../../render/kickstart/commands.ts';
import { findKickstart } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Judge } from '../types.ts';

/** Our own rules for kickstarts: no secret, no swap, nothing that asks. */
export const kickstartRules: Judge = {
  looksFor: 'the kickstart holds no secret, makes no swap, asks nothing',
  tools: [],
  plan(cell) {
    const kickstart = findKickstart(cell);
    if (kickstart === undefined) return [];
    const { os, arch, disk } = cell.spec;
    const facts = { major: String(Number.parseInt(os.version, 10)), arch, diskGiB: String(disk.sizeGiB) };
    return [createTask({ judge: 'kickstart-rules', ...kickstart, facts })];
  },
  run: async (tasks) =>
    new Map(
      tasks.map((task) => {
        const major = Number(task.facts['major']) as RhelMajor;
        const check = { major, arch: task.facts['arch'] as Arch, diskGiB: Number(task.facts['diskGiB']) };
        const faults = findKickstartFaults(task.text, check);
        return [task.key, faults.map(({ line, message }) => findingAt(task, line, message))];
      }),
    ),
};
