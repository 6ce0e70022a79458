import type { Arch } from '../../../catalog/image-spec.ts';
import { findAutoinstallFaults, ubuntuMajor } from '../../../render/autoinstall/check.ts';
import { renderAutoinstallSchema } from '../../../render/autoinstall/schema.ts';
import type { UbuntuMajor } from '../../../render/autoinstall/shape.ts';
import { askPython } from '../ask-python.ts';
import { findUserData, hasInstallerAnswers, readYaml } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Judge, JudgeName, RenderedCell, Task } from '../types.ts';

function planAnswers(judge: JudgeName, cell: RenderedCell): Task[] {
  const userData = hasInstallerAnswers(cell) ? findUserData(cell) : undefined;
  if (userData === undefined) return [];
  const { os, arch, disk } = cell.spec;
  const facts = { release: String(ubuntuMajor(os.version)), arch, diskGiB: String(disk.sizeGiB) };
  return [createTask({ judge, ...userData, facts })];
}

/** A validator of JSON Schema, with our schema: the installer's own lets unknown keys through. */
export const autoinstallSchema: Judge = {
  looksFor: "the answers follow the JSON schema of their release's keys",
  tools: ['python-judges'],
  plan: (cell) => planAnswers('autoinstall-schema', cell),
  async run(tasks, bench) {
    const questions = tasks.map(({ text, facts }) => ({
      schema: renderAutoinstallSchema(Number(facts['release']) as UbuntuMajor),
      value: readYaml(text) ?? null,
    }));
    const answers = await askPython<[string, string][]>('schema', questions, bench);
    return new Map(
      tasks.map((task, at) => [
        task.key,
        (answers[at] ?? []).map(([path, message]) => findingAt(task, null, `${path}: ${message}`)),
      ]),
    );
  },
};

/** Our own rules for Ubuntu's answers. */
export const autoinstallRules: Judge = {
  looksFor: 'no misspelt key, no password, no swap, a disk that starts under both firmwares',
  tools: [],
  plan: (cell) => planAnswers('autoinstall-rules', cell),
  run: async (tasks) =>
    new Map(
      tasks.map((task) => {
        const { release, arch, diskGiB } = task.facts;
        const check = { release: Number(release) as UbuntuMajor, arch: arch as Arch, diskGiB: Number(diskGiB) };
        const faults = findAutoinstallFaults(readYaml(task.text), check);
        return [task.key, faults.map(({ path, message }) => findingAt(task, null, `${path}: ${message}`))];
      }),
    ),
};
