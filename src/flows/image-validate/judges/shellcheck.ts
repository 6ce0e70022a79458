import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../../../core/temp.ts';
import { listShellExcerpts } from '../excerpts.ts';
import { createTask, findingAt } from '../task.ts';
import type { Bench, Finding, Judge, RenderedCell, Task } from '../types.ts';

/** shellcheck of every script in the folder, of shell code inside of answers, and of the user's own hooks, each once. */
export const shellcheck: Judge = {
  looksFor: 'shellcheck has nothing to say about scripts, hooks and commands',
  tools: ['shellcheck'],
  plan: (cell) => [...planScripts(cell), ...planExcerpts(cell)],
  async run(tasks, bench) {
    const findings = new Map<string, Finding[]>();
    for (const mode of ['script', 'excerpt', 'hook'] as const) {
      const group = tasks.filter(({ facts }) => facts['mode'] === mode);
      const halves = [group.filter((_, at) => at % 2 === 0), group.filter((_, at) => at % 2 === 1)];
      await Promise.all(halves.map((half) => judgeGroup(half, mode, bench, findings)));
    }
    return findings;
  },
};

type Mode = 'script' | 'excerpt' | 'hook';

function planScripts({ files, base }: RenderedCell): Task[] {
  return [...files, ...base]
    .filter(({ path, content }) => isShell(path, content))
    .map(({ path, content }) => {
      const mode: Mode = path.startsWith('scripts/') ? 'script' : 'hook';
      return createTask({ judge: 'shellcheck', file: path, text: content, facts: { mode } });
    });
}

/** By its first line; without one it is a shell's when its name or its place says so. */
function isShell(path: string, content: string): boolean {
  if (content.startsWith('#!')) return /^#!\s*\/\S*\b(env\s+)?(ba|da|k)?sh\b/.test(content);
  return path.endsWith('.sh') || path.startsWith('profile/hooks/');
}

function planExcerpts(cell: RenderedCell): Task[] {
  return listShellExcerpts(cell).map((excerpt) =>
    createTask({ judge: 'shellcheck', ...excerpt, facts: { mode: 'excerpt' satisfies Mode } }),
  );
}

/** Excerpts and hooks are run by /bin/sh; of a user's own hook, and of what runs on the host, only mistakes count, not style. */
const switches: Readonly<Record<Mode, readonly string[]>> = {
  script: ['--shell=sh'],
  excerpt: ['--shell=sh'],
  hook: ['--severity=warning'],
};

interface Comment {
  file: string;
  line: number;
  code: number;
  message: string;
}

async function judgeGroup(
  tasks: readonly Task[],
  mode: Mode,
  bench: Bench,
  findings: Map<string, Finding[]>,
): Promise<void> {
  if (tasks.length === 0) return;
  await withTempDir(
    'shell',
    async (folder) => {
      for (const task of tasks)
        await writeFile(join(folder, `${task.key}.sh`), mode === 'hook' ? asHook(task.text) : task.text);
      const program = bench.tools.get('shellcheck')?.path ?? 'shellcheck';
      const args = ['--format=json1', ...switches[mode], ...tasks.map(({ key }) => `${key}.sh`)];
      const options = { cwd: folder, accept: [0, 1], timeoutMs: 300_000, signal: bench.signal };
      const { stdout } = await bench.exec.run(program, args, options);
      const { comments } = JSON.parse(stdout) as { comments: readonly Comment[] };
      for (const task of tasks) {
        const mine = comments.filter(({ file }) => file === `${task.key}.sh`);
        findings.set(
          task.key,
          mine.map(({ line, code, message }) =>
            findingAt(task, task.line === 0 ? null : line, `SC${code}: ${message}`),
          ),
        );
        bench.onJudged();
      }
    },
    bench.tempFolder,
  );
}

/** shellcheck takes the dialect from the first line; without one, a hook is run by /bin/sh. */
function asHook(text: string): string {
  return text.startsWith('#!') ? text : `# shellcheck shell=sh\n${text}`;
}
