import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { tomlString } from '../../../src/core/quote/toml.ts';
import { yamlString } from '../../../src/core/quote/yaml.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { kickstartWord } from '../../../src/render/quote/kickstart.ts';
import { skipOrFail } from '../../helpers/need-tools.ts';
import { hostileText } from '../../render/hostile-text.ts';

const exec = createExec();

const scripts = [...loadTemplates(packageRoot())].filter(([path]) => /^templates\/guest\/.*\.sh$/.test(path));

/** Is there a program that ends well with these arguments? */
async function works(file: string, args: readonly string[]): Promise<boolean> {
  return exec.run(file, args, { timeoutMs: 60_000 }).then(
    () => true,
    () => false,
  );
}

function skipUnless(found: boolean, context: TestContext, reason: string): void {
  if (!found) skipOrFail(context, reason);
}

/** What Python makes of these texts. */
async function readByPython(program: string, texts: readonly string[]): Promise<unknown> {
  const run = await exec.run('python3', ['-c', program], { input: JSON.stringify(texts), timeoutMs: 60_000 });
  return JSON.parse(run.stdout);
}

describe('integration/render/judges', () => {
  it.for(scripts)('shellcheck has nothing to say about %s', async ([, text], context) => {
    skipUnless(await works('shellcheck', ['--version']), context, 'shellcheck is not installed');
    const run = await exec.run('shellcheck', ['-s', 'sh', '-'], { input: text, accept: [0, 1], timeoutMs: 60_000 });
    expect(run.stdout).toBe('');
  });

  it('kickstart words are read back by shlex, as pykickstart splits lines', async (context) => {
    skipUnless(await works('python3', ['-c', 'import shlex']), context, 'python3 is not installed');
    const texts = fc.sample(hostileText, 300).filter((text) => !/[\r\n\v\f\x85\u2028\u2029]/.test(text));
    const program = 'import json, shlex, sys; print(json.dumps([shlex.split(t) for t in json.load(sys.stdin)]))';
    const read = await readByPython(
      program,
      texts.map((text) => `command ${kickstartWord(text)} end`),
    );
    expect(read).toEqual(texts.map((text) => ['command', text, 'end']));
  });

  it('TOML strings are read back by tomllib', async (context) => {
    skipUnless(
      await works('python3', ['-c', 'import tomllib']),
      context,
      'python3 with tomllib (3.11) is not installed',
    );
    const texts = fc.sample(hostileText, 300);
    const program =
      'import json, sys, tomllib; print(json.dumps([tomllib.loads(t)["x"] for t in json.load(sys.stdin)]))';
    expect(
      await readByPython(
        program,
        texts.map((text) => `x = ${tomlString(text)}\n`),
      ),
    ).toEqual(texts);
  });

  it('YAML strings are read back by PyYAML, which cloud-init uses', async (context) => {
    skipUnless(await works('python3', ['-c', 'import yaml']), context, 'PyYAML is not installed');
    const texts = fc.sample(hostileText, 300);
    const program = 'import json, sys, yaml; print(json.dumps([yaml.safe_load(t)["x"] for t in json.load(sys.stdin)]))';
    expect(
      await readByPython(
        program,
        texts.map((text) => `x: ${yamlString(text)}\n`),
      ),
    ).toEqual(texts);
  });
});
