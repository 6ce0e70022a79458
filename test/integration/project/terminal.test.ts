import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { sha256 } from '../../../src/core/hash.ts';
import { waitNoProcesses } from '../../helpers/hnf-child.ts';
import { needTools, skipOrFail } from '../../helpers/need-tools.ts';

const program = resolve(import.meta.dirname, '../../../bin/hnf.js');
const ctrlC = '\x03';
const showCursor = '\x1b[?25h';

interface Terminal {
  cwd: string;
  temp: string;
  /** Everything the terminal showed so far. */
  screen(): string;
  type(keys: string): void;
  waitFor(pattern: RegExp, timeoutMs: number): Promise<void>;
  exitCode: Promise<number | undefined>;
}

/** Runs hnf on a terminal of its own, which util-linux's `script` makes; `redirect` is what a person types behind the command. */
function startOnTerminal(
  images: Record<string, unknown>,
  args: string,
  options: { size?: string; redirect?: string } = {},
): Terminal {
  const cwd = mkdtempSync(join(tmpdir(), 'cwd-'));
  const temp = mkdtempSync(join(tmpdir(), 'tty-'));
  writeFileSync(join(cwd, 'images.config.json'), JSON.stringify({ images }));
  const command = `stty ${options.size ?? 'cols 100 rows 40'}; exec '${process.execPath}' '${program}' ${args} ${options.redirect ?? ''}`;
  const child = execa('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd,
    env: { TMPDIR: temp, TERM: 'xterm', SHELL: '/bin/sh', CI: '' },
    stdin: 'pipe',
    buffer: false,
    reject: false,
  });
  let screen = '';
  child.stdout.on('data', (data) => {
    screen += String(data);
  });
  let ended = false;
  const exitCode = child.then((result) => {
    ended = true;
    return result.exitCode;
  });
  return { cwd, temp, exitCode, screen: () => screen, type: (keys) => void child.stdin.write(keys), waitFor };

  async function waitFor(pattern: RegExp, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!pattern.test(screen)) {
      if (ended) throw new Error(`hnf ended with\n${screen}`);
      if (Date.now() > deadline) throw new Error(`the terminal never showed ${pattern}, but\n${screen}`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

async function needScript(context: TestContext): Promise<void> {
  const { stdout } = await execa('script', ['--version'], { reject: false });
  if (!String(stdout).includes('util-linux')) skipOrFail(context, "util-linux's script is not installed");
}

function cloudImage(file: string, checksum: string): Record<string, unknown> {
  return {
    os: { family: 'debian', version: '12' },
    source: { kind: 'cloudImage', url: file, checksum: `sha256:${checksum}` },
    provider: 'iam-ra',
    nodeadm: { artifacts: 'mirror' },
  };
}

/** A disk whose boot sector halts the machine: a guest that never comes up. No other run makes the same layer of it. */
function writeDeadDisk(): { file: string; checksum: string } {
  const file = join(mkdtempSync(join(tmpdir(), 'disk-')), 'dead.raw');
  const disk = Buffer.alloc(1024 * 1024);
  disk.set([0xfa, 0xf4, 0xeb, 0xfd], 0);
  disk.set([0x80, 0, 1, 0, 0x83, 0, 1, 0, 1, 0, 0, 0, 0, 4, 0, 0], 446);
  disk.set([0x55, 0xaa], 510);
  disk.set(randomBytes(16), 512);
  writeFileSync(file, disk);
  return { file, checksum: sha256(disk) };
}

describe('project/terminal', () => {
  beforeEach(needScript);

  it('ends a build on Ctrl-C: exit code 130, no process left, the cursor is back, one plain line', async (context) => {
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'qemu-system-x86_64', 'xorriso');
    const { file, checksum } = writeDeadDisk();
    const hnf = startOnTerminal({ dead: cloudImage(file, checksum) }, 'image build dead --format raw -o out');
    await hnf.waitFor(/wait for ssh/, 120_000);
    expect((await waitNoProcesses(hnf.temp, 0)).join('\n')).toMatch(/qemu-system-x86_64/);
    hnf.type(ctrlC);
    expect(await hnf.exitCode).toBe(130);
    expect(await waitNoProcesses(hnf.temp, 30_000)).toEqual([]);
    expect(readdirSync(hnf.temp)).toEqual([]);
    // The list is a live one: the cursor was hidden, and what is shown last is the list, the cursor and the line.
    const [list, end] = splitAtLast(hnf.screen(), 'manifest');
    expect(list).toContain('\x1b[?25l');
    expect(end).toContain(showCursor);
    expect(end.replaceAll(showCursor, '').replace(/^\S*\s+/, '')).toBe('interrupted\r\n');
  });

  it('shows the list on the terminal when the results go elsewhere', async () => {
    const images = { mine: cloudImage('/nowhere/disk.qcow2', 'a'.repeat(64)) };
    const hnf = startOnTerminal(images, 'image build mine --format raw', { redirect: '> results' });
    expect(await hnf.exitCode).toBe(2);
    expect(hnf.screen()).toMatch(/check failed.*manifest.*error: [^\n]*'\/nowhere\/disk.qcow2'/s);
    expect(readFileSync(join(hnf.cwd, 'results'), 'utf8')).toBe('');
  });

  it('writes plain lines to a terminal that does not know its width', async () => {
    const images = { mine: cloudImage('/nowhere/disk.qcow2', 'a'.repeat(64)) };
    const hnf = startOnTerminal(images, 'image build mine --format raw', { size: 'cols 0 rows 0' });
    expect(await hnf.exitCode).toBe(2);
    expect(hnf.screen()).toMatch(/^\[ +0\.\ds\] mine: check FAILED/m);
    expect(hnf.screen()).not.toContain('\x1b[');
  });
});

function splitAtLast(text: string, word: string): [string, string] {
  const at = text.lastIndexOf(word);
  return [text.slice(0, at), text.slice(at + word.length)];
}
