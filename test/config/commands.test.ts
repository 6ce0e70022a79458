import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command, CommandInput } from '../../src/cli/command.ts';
import { configCheck } from '../../src/cli/commands/config/check.ts';
import { configInit } from '../../src/cli/commands/config/init.ts';
import { configSchema } from '../../src/cli/commands/config/schema.ts';
import { imageList } from '../../src/cli/commands/image/list.ts';
import { createContext } from '../../src/cli/context.ts';
import { formatError } from '../../src/cli/report-error.ts';
import { exitCodeOf } from '../../src/core/errors.ts';
import { folderWith } from './sample.ts';

interface Setup {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  args?: readonly string[];
  options?: CommandInput['options'];
}

/** Runs a command value as the command line would, once it is in the table. */
async function run(command: Command, setup: Setup = {}) {
  const cwd = setup.cwd ?? folderWith({});
  const options = setup.options ?? {};
  let [stdout, stderr, exitCode] = ['', '', 0];
  const world = {
    cwd,
    env: setup.env ?? {},
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    isTerminal: false,
  };
  const flags = { json: options['json'] === true, color: false, verbose: false };
  const context = createContext(world, new AbortController().signal, flags);
  try {
    exitCode = (await command.run(context, { args: setup.args ?? [], options })) ?? 0;
  } catch (error) {
    exitCode = exitCodeOf(error);
    context.progress(formatError(error));
  }
  return { stdout, stderr: stderr.replaceAll(cwd, '<cwd>'), exitCode, cwd };
}

describe('cli/commands/config', () => {
  it('check shows every value with its origin and hides secrets', async () => {
    const cwd = folderWith({
      'images.config.yaml': 'cluster: {name: c1}\nimages:\n  web: {extends: debian12-lab, disk: {sizeGiB: 8}}\n',
      secret: 'from-a-file\n',
    });
    const env = {
      K8S_VERSION: '1.34',
      VSPHERE_PASSWORD: 'top-secret-1',
      RH_PASSWORD_FILE: join(cwd, 'secret'),
      HTTPS_PROXY: 'http://joe:top-secret-2@proxy:3128',
      HOME: '/home/me',
    };
    const result = await run(configCheck, { cwd, env });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatchSnapshot();
    expect(result.stdout).not.toMatch(/top-secret|from-a-file/);
  });

  it('check prints the findings on stderr and exits with 2', async () => {
    const cwd = folderWith({ 'images.config.yaml': 'arch: x86\nimages:\n  web: {extends: nothing}\n' });
    const result = await run(configCheck, { cwd, env: { K8S_VERSION: 'new' } });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatchSnapshot();
  });

  it('check --json gives one document, also with findings', async () => {
    const cwd = folderWith({ 'images.config.yaml': 'arch: x86\n' });
    const result = await run(configCheck, { cwd, options: { json: true } });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toBe('');
    expect(JSON.parse(result.stdout)).toMatchObject({
      valid: false,
      file: join(cwd, 'images.config.yaml'),
      findings: [{ severity: 'error', path: 'arch', file: 'images.config.yaml', line: 1, column: 7 }],
    });
  });

  it('check IMAGE explains one image', async () => {
    const cwd = folderWith({ 'images.config.yaml': 'images:\n  web: {extends: debian12-lab, disk: {sizeGiB: 8}}\n' });
    const result = await run(configCheck, { cwd, env: { K8S_VERSION: '1.34' }, args: ['web'] });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatchSnapshot();
  });

  it('check IMAGE takes the options that pick a cell, and says what is wrong with that cell', async () => {
    const options = { arch: 'arm64', source: 'cloud-image', provider: 'iam-ra', json: true };
    const cell = await run(configCheck, { args: ['rhel9'], options });
    expect(cell.exitCode).toBe(0);
    const values = new Map(
      (JSON.parse(cell.stdout).values as { path: string; value: string; origin: string }[]).map((row) => [
        row.path,
        row,
      ]),
    );
    expect(values.get('arch')).toMatchObject({ value: 'arm64', origin: 'flag --arch' });
    expect(values.get('source.kind')).toMatchObject({ value: 'cloudImage' });
    expect(values.get('provider')).toMatchObject({ value: 'iam-ra', origin: 'flag --provider' });
    const wrong = await run(configCheck, { args: ['rhel9'], options: { arch: 'arm64', platform: 'vsphere' } });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain("flag --arch: images.rhel9.arch: 'arm64' cannot be built by vsphere-iso");
    const nothing = await run(configCheck, { options: { source: 'iso' } });
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toContain('hnf config check IMAGE --source iso');
  });

  it('check IMAGE refuses an unknown one', async () => {
    const result = await run(configCheck, { args: ['debian12-lb'] });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("debian13-lab, debian12-netinst; did you mean 'debian12-lab'?");
  });

  it('schema prints the committed JSON Schema', async () => {
    const { stdout } = await run(configSchema);
    expect(JSON.parse(stdout)).toMatchObject({
      title: 'hybrid-node-factory configuration',
      additionalProperties: false,
    });
  });

  it('init writes a starter once', async () => {
    const first = await run(configInit);
    const path = join(first.cwd, 'images.config.ts');
    expect(first.exitCode).toBe(0);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain("import { defineConfig } from 'hybrid-node-factory';");
    writeFileSync(path, '// mine\n');
    const second = await run(configInit, { cwd: first.cwd });
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain("'images.config.ts' is there already");
    expect(readFileSync(path, 'utf8')).toBe('// mine\n');
    const forced = await run(configInit, { cwd: first.cwd, options: { force: true } });
    expect(forced.exitCode).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('init --dry-run prints and writes nothing', async () => {
    const result = await run(configInit, { options: { dryRun: true } });
    expect(result.stdout).toContain('export default defineConfig({');
    expect(existsSync(join(result.cwd, 'images.config.ts'))).toBe(false);
  });
});

describe('cli/commands/image/list', () => {
  it('--json has the fields of the contract', async () => {
    const { stdout, exitCode } = await run(imageList, { options: { json: true } });
    expect(exitCode).toBe(0);
    const images = JSON.parse(stdout) as Record<string, unknown>[];
    expect(images).toHaveLength(70);
    const lab = images.find((row) => row['image'] === 'debian12-lab');
    expect(lab).toMatchObject({
      id: 'debian12-lab/amd64/bootstrap/qemu/iam-ra',
      image: 'debian12-lab',
      os: 'Debian',
      osVersion: '12',
      arch: 'amd64',
      platform: 'qemu',
      source: 'bootstrap',
      builder: 'qemu',
      provider: 'iam-ra',
      formats: ['qcow2', 'raw', 'ova'],
      status: 'works',
    });
    expect(String(lab?.['reason'])).toContain("not on AWS's list");
  });

  it('prints a line per image, architecture, source and builder, and each reason once', async () => {
    const { stdout, exitCode } = await run(imageList, { args: ['rhel9', 'debian12-lab'] });
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
  });

  it('leaves what the options name', async () => {
    const options = { json: true, arch: 'arm64', source: 'cloud-image', provider: 'ssm', platform: 'qemu' };
    const { stdout } = await run(imageList, { options });
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(
      ['ubuntu20', 'ubuntu22', 'ubuntu24', 'rhel8', 'rhel9', 'al2023'].map(
        (name) => `${name}/arm64/cloud-image/qemu/ssm`,
      ),
    );
    expect((await run(imageList, { args: ['ubunto24'] })).stderr).toContain("did you mean 'ubuntu24'?");
  });

  it('refuses a faulty config', async () => {
    const cwd = folderWith({ 'images.config.yaml': 'imges: {}\n' });
    const result = await run(imageList, { cwd });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("images.config.yaml:1:1: imges: unknown key 'imges'");
    expect(result.stdout).toBe('');
  });
});
