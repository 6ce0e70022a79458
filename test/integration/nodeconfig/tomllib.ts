import type { TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { needTools } from '../../helpers/need-tools.ts';

const exec = createExec();

const script = `
import json, sys
try:
    import tomllib
except ImportError:
    import tomli as tomllib
def read(text):
    try:
        return list(tomllib.loads(text).items())
    except tomllib.TOMLDecodeError:
        return None
found = [read(text) for text in json.load(sys.stdin)]
print(json.dumps(found if sys.argv[1] == "values" else [item is None for item in found], default=str))
`;

/** Of each text its keys and values, or null; or whether it is faulty. */
export async function askTomllib(
  python: string,
  texts: readonly string[],
  what: 'values' | 'faults',
): Promise<unknown[]> {
  const options = { input: JSON.stringify(texts), timeoutMs: 300_000 };
  const { stdout } = await exec.run(python, ['-I', '-c', script, what], options);
  return JSON.parse(stdout) as unknown[];
}

/** The judges' Python; it has tomllib since 3.11. */
export async function needTomllib(test: TestContext): Promise<string> {
  const [python = ''] = await needTools(test, 'python-judges');
  const probe = 'import importlib.util as u; print(any(map(u.find_spec, ("tomllib", "tomli"))))';
  const { stdout } = await exec.run(python, ['-I', '-c', probe], { timeoutMs: 60_000 });
  if (stdout.trim() !== 'True') test.skip('this Python is older than 3.11 and has no tomllib');
  return python;
}
