import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../../../core/temp.ts';
import { createTask, findingAt } from '../task.ts';
import type { Finding, Judge } from '../types.ts';

/** `packer fmt -check` of every HCL file, in one run. */
export const packerFmt: Judge = {
  looksFor: 'packer fmt has nothing to change',
  tools: ['packer'],
  plan: ({ files }) =>
    files
      .filter(({ path }) => path.endsWith('.pkr.hcl'))
      .map(({ path, content }) => createTask({ judge: 'packer-fmt', file: path, text: content })),
  run: (tasks, bench) =>
    withTempDir(
      'fmt',
      async (folder) => {
        for (const task of tasks) {
          await mkdir(join(folder, task.key));
          await writeFile(join(folder, task.key, 'image.pkr.hcl'), task.text);
        }
        const env = { CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: folder, PACKER_PLUGIN_PATH: bench.pluginFolder };
        const options = { env, accept: [0, 1, 3], timeoutMs: 180_000, signal: bench.signal };
        const packer = bench.tools.get('packer')?.path ?? 'packer';
        const args = ['fmt', '-check', '-diff', '-recursive', folder];
        const { stdout, stderr, exitCode } = await bench.exec.run(packer, args, options);
        const findings = new Map<string, Finding[]>();
        for (const task of tasks) {
          const mine = findComplaint(`${stdout}\n${stderr}`, task.key);
          if (mine !== undefined) findings.set(task.key, [findingAt(task, mine.line, mine.message)]);
          bench.onJudged();
        }
        if (exitCode !== 0 && findings.size === 0) throw new Error(`packer fmt: ${stderr.trim() || stdout.trim()}`);
        return findings;
      },
      bench.tempFolder,
    ),
};

/** The file is named alone on a line, and its diff follows; or an error names it. */
function findComplaint(said: string, key: string): { line: number | null; message: string } | undefined {
  const from = said.indexOf(key);
  if (from === -1) return undefined;
  const rest = said.slice(from);
  const error = /^.*?image\.pkr\.hcl:(\d+),.*$/m.exec(rest);
  if (error?.index === 0) return { line: Number(error[1]), message: error[0].slice(key.length + 1) };
  const [, line] = /^@@ -(\d+)/m.exec(rest) ?? [];
  const change = /^-(?!--)(.*)$/m.exec(rest)?.[1]?.trim() ?? '';
  return { line: line === undefined ? null : Number(line), message: `is formatted otherwise, near '${change}'` };
}
