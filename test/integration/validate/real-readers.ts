import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../../src/core/exec.ts';
import { sampleSeedValues } from '../../../src/render/fill-seed.ts';
import { pythonFolder } from '../../../src/tools/python-env.ts';

const exec = createExec();
const pykickstartAsker = join(import.meta.dirname, '../render/ask-pykickstart.py');

/**
 * Seeds filled in by Packer itself (`templatefile`), one process for all, and then by Go's template rules for the one action a seed may
 * hold. A seed that Packer refuses gives undefined.
 */
export async function fillByPacker(packer: string, texts: readonly string[]): Promise<(string | undefined)[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fill-'));
  const variables = Object.entries(sampleSeedValues).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const input = texts.map((text, at) => {
    const path = join(folder, `${at}.tpl`);
    writeFileSync(path, text);
    return `"filled ${at} \${base64encode(templatefile(${JSON.stringify(path)}, { ${variables.join(', ')} }))}"\n`;
  });
  const env = { CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: folder };
  const options = { input: input.join(''), cwd: folder, env, timeoutMs: 600_000 };
  const { stdout } = await exec.run(packer, ['console', '--config-type=hcl2'], options);
  const filled = new Map<number, string>();
  for (const [, at, encoded] of stdout.matchAll(/^filled (\d+) (\S*)$/gm)) {
    const text = Buffer.from(encoded ?? '', 'base64').toString('utf8');
    filled.set(Number(at), text.replaceAll('{{"{{"}}', '{{'));
  }
  return texts.map((_, at) => filled.get(at));
}

/** What PyYAML makes of each text. */
export function readByPyYaml(python: string, texts: readonly string[]): Promise<{ value?: unknown; error?: string }[]> {
  return ask(python, join(pythonFolder(), 'judge.py'), { task: 'yaml', questions: texts });
}

/** Words of each line as pykickstart splits them; null: it cannot. */
export function splitByShlex(python: string, lines: readonly string[]): Promise<(string[] | null)[]> {
  return ask(python, pykickstartAsker, { task: 'split', input: lines });
}

/** Variables that a POSIX shell has after it read each text, sorted. */
export async function readByShell(texts: readonly string[]): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'env-'));
  return Promise.all(
    texts.map(async (text, at) => {
      const path = join(folder, `${at}.env`);
      writeFileSync(path, text);
      const args = ['-i', '/bin/sh', '-c', 'set -a; . "$1"; exec /usr/bin/env -0', 'sh', path];
      const { stdout } = await exec.run('/usr/bin/env', args, { timeoutMs: 60_000 });
      return stdout
        .split('\0')
        .filter((pair) => pair.startsWith('HNF_'))
        .sort();
    }),
  );
}

async function ask<Answer>(python: string, program: string, request: unknown): Promise<Answer> {
  const options = { input: JSON.stringify(request), timeoutMs: 600_000 };
  return JSON.parse((await exec.run(python, [program], options)).stdout) as Answer;
}

/** What a validator of JSON Schema has against each value: path and message. */
export function findSchemaFaults(
  python: string,
  questions: readonly { schema: unknown; value: unknown }[],
): Promise<[path: string, message: string][][]> {
  return ask(python, join(pythonFolder(), 'judge.py'), { task: 'schema', questions });
}
