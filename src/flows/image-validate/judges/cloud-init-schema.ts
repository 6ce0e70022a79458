import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findUserData, hasInstallerAnswers, readAnswers } from '../excerpts.ts';
import { inLanes } from '../lanes.ts';
import { createTask, findingAt } from '../task.ts';
import type { Finding, Judge, RenderedCell, Task } from '../types.ts';

/** `cloud-init schema` of every `#cloud-config`: of cloud images, and of the one inside Ubuntu's answers. */
export const cloudInitSchema: Judge = {
  looksFor: "cloud-init's schema knows every key of the user data",
  tools: ['cloud-init'],
  plan: planUserData,
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    const program = bench.tools.get('cloud-init')?.path ?? 'cloud-init';
    await inLanes(tasks, bench.lanes, async (task) => {
      const path = join(bench.tempFolder, `${task.key}.yaml`);
      await writeFile(path, task.text);
      const options = { accept: [0, 1], timeoutMs: 180_000, signal: bench.signal };
      const { exitCode, stdout, stderr } = await bench.exec.run(program, ['schema', '--config-file', path], options);
      const words = `${stderr}\n${stdout}`.replaceAll(path, task.file).replaceAll(/\s+/g, ' ').trim();
      findings.set(task.key, exitCode === 0 ? [] : [findingAt(task, null, words)]);
      bench.onJudged();
    });
    return findings;
  },
};

function planUserData(cell: RenderedCell): Task[] {
  const userData = findUserData(cell);
  if (userData === undefined) return [];
  const judge = 'cloud-init-schema';
  if (!hasInstallerAnswers(cell)) return [createTask({ judge, ...userData })];
  const embedded = readAnswers(cell)?.['user-data'];
  if (embedded === undefined) return [];
  // JSON is YAML.
  const text = `#cloud-config\n${JSON.stringify(embedded, null, 2)}\n`;
  return [createTask({ judge, file: userData.file, text, facts: { part: 'autoinstall.user-data' } })];
}
