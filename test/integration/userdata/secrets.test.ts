import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startHnf } from '../../helpers/hnf-child.ts';

const code = 'AbCdEfGhIjKlMnOpQrSt';
const other = 'ZyXwVuTsRqPoNmLkJiHg';
const settings = {
  HNF_SSM_ACTIVATION_ID: '01234567-89ab-cdef-0123-456789abcdef',
  EKS_CLUSTER_NAME: 'my-cluster',
  AWS_REGION: 'us-west-2',
};

interface World {
  cwd: string;
  temp: string;
}

function newWorld(): World {
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  const rows = Array.from(
    { length: 300 },
    (_, at) => `node-${at},10.0.${at >> 8}.${(at & 255) + 1}/16,zone=z${at % 3}`,
  );
  writeFileSync(join(cwd, 'hosts.csv'), `name,ip,labels\n${rows.join('\n').replaceAll('.0.0.256/', '.9.1/')}\n`);
  writeFileSync(join(cwd, 'code'), `${code}\n`, { mode: 0o600 });
  const temp = join(cwd, 'temp');
  mkdirSync(temp);
  return { cwd, temp };
}

interface Watched {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  samples: number;
}

/** Runs hnf and looks at every process's command line, and at every file others may read, as often as it can until it ends. */
async function runWatched(
  args: readonly string[],
  { cwd, temp }: World,
  env: Record<string, string>,
): Promise<Watched> {
  const child = startHnf(args, { cwd, temp, env: { ...settings, ...env } });
  let ended = false;
  const done = child.done.finally(() => {
    ended = true;
  });
  let samples = 0;
  while (!ended) {
    expectNothingSeen(cwd);
    samples += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...(await done), samples };
}

function expectNothingSeen(cwd: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = readQuietly(join('/proc', pid, 'cmdline'));
    if (command.includes(code) || command.includes(other))
      throw new Error(`on a command line: ${command.replaceAll('\0', ' ')}`);
  }
  for (const path of listFiles(cwd, [])) {
    const mode = readMode(path);
    const isOpen = (mode & 0o077) !== 0;
    if (isOpen && readQuietly(path).includes(code))
      throw new Error(`${path} (${mode.toString(8)}) can be read by others`);
  }
}

/** Files below a folder others may enter; what they cannot reach is not looked at. */
function listFiles(folder: string, found: string[]): string[] {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if ((readMode(path) & 0o055) !== 0) listFiles(path, found);
    } else found.push(path);
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readMode(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}

/** Processes and files come and go. */
function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const bySecret: readonly [string, Record<string, string>][] = [
  ['the environment', { HNF_SSM_ACTIVATION_CODE: code }],
  ['a file', { HNF_SSM_ACTIVATION_CODE_FILE: 'code' }],
];

describe.each(bySecret)('userdata with a secret from %s', (_what, env) => {
  it('puts it on no command line, in no log and in no file of others', async () => {
    const world = newWorld();
    const render = ['userdata', 'render', '--hosts', 'hosts.csv'];
    const commands = [
      [...render, '--host', 'node-7'],
      [...render, '-o', 'out'],
      [...render, '-o', 'out', '--diff'],
      [...render, '-o', 'out', '--dry-run', '--json'],
      [...render, '-o', 'seeds', '--datasource', 'nocloud', '--host', 'node-7', '--host', 'node-8'],
      [...render, '-o', 'shared', '--redact'],
      [...render, '--host', 'nobody'],
      [...render, '--verbose', '--host', 'node-7', '--cluster-name', 'no cluster!'],
      ['userdata', 'decode', 'out/node-7/userdata.b64', '--redact'],
    ];
    let samples = 0;
    for (const args of commands) {
      const result = await runWatched(args, world, env);
      samples += result.samples;
      expect({ args, text: result.stdout + result.stderr }).toEqual({ args, text: expect.not.stringContaining(code) });
    }
    expect(samples).toBeGreaterThan(commands.length);
    expect(readdirSync(world.temp)).toEqual([]);
    // It was there to be seen.
    expect(readFileSync(join(world.cwd, 'out/node-7/userdata'), 'utf8')).toContain(code);
    expect(readFileSync(join(world.cwd, 'shared/node-7/userdata'), 'utf8')).not.toContain(code);
  });

  it('tells of another one, and shows neither', async () => {
    const world = newWorld();
    const args = ['userdata', 'render', '--hosts', 'hosts.csv', '--host', 'node-7', '-o', 'out'];
    await runWatched(args, world, env);
    const { stdout, stderr } = await runWatched([...args, '--diff'], world, { HNF_SSM_ACTIVATION_CODE: other });
    expect(stdout).toContain('only a secret has changed');
    expect(stdout + stderr).not.toMatch(new RegExp(`${code}|${other}`));
  });
});
