import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { pythonFolder } from '../../tools/python-env.ts';
import type { Bench } from './types.ts';

const askTimeoutMs = 300_000;

/** Many questions to one Python process of the judges' environment (tools/python/judge.py). Answers come in order. */
export async function askPython<Answer>(task: string, questions: readonly unknown[], bench: Bench): Promise<Answer[]> {
  const python = bench.tools.get('python-judges')?.path;
  if (python === undefined) throw new FactoryError('internal', `the judge '${task}' has no Python`);
  const input = JSON.stringify({ task, questions });
  const options = { input, timeoutMs: askTimeoutMs, signal: bench.signal };
  const { stdout } = await bench.exec.run(python, ['-I', join(pythonFolder(), 'judge.py')], options);
  return JSON.parse(stdout) as Answer[];
}
