import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import type { Exec } from '../../core/exec.ts';

const updateTimeoutMs = 10 * 60_000;

export type RunApt = (args: readonly string[]) => Promise<string>;

/** An apt that knows neither this machine's packages nor its settings. Needs no root. @throws FactoryError `tool.missing` where there is none */
export async function prepareApt(
  folder: string,
  { sources, arch }: { sources: readonly string[]; arch: string },
  { exec, signal }: { exec: Exec; signal: AbortSignal },
): Promise<RunApt> {
  for (const path of ['etc/parts', 'state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(folder, path), { recursive: true });
  }
  await writeFile(join(folder, 'status'), '');
  await writeFile(join(folder, 'etc/sources.list'), `${sources.join('\n')}\n`);
  const config = join(folder, 'apt.conf');
  const settings = [
    `Dir::Etc "${folder}/etc"`,
    `Dir::Etc::parts "${folder}/etc/parts"`,
    `Dir::Etc::main "none"`,
    `Dir::Etc::sourcelist "${folder}/etc/sources.list"`,
    `Dir::Etc::sourceparts "-"`,
    `Dir::Etc::preferences "none"`,
    `Dir::Etc::preferencesparts "${folder}/etc/parts"`,
    `Dir::State "${folder}/state"`,
    `Dir::State::status "${folder}/status"`,
    `Dir::Cache "${folder}/cache"`,
    `APT::Architecture "${arch}"`,
    `APT::Architectures "${arch}"`,
    'APT::Install-Recommends "false"',
    'APT::Sandbox::User ""',
    'APT::Get::Always-Include-Phased-Updates "true"',
    'Acquire::Languages "none"',
    'Acquire::Retries "3"',
    'Acquire::ForceHash "sha256"',
  ];
  await writeFile(config, settings.map((line) => `${line};\n`).join(''));
  return async (args) => {
    const env = { APT_CONFIG: config, LC_ALL: 'C.UTF-8' };
    const running = exec.run('apt-get', args, { env, timeoutMs: updateTimeoutMs, signal });
    return (await running.catch(throwMissing)).stdout;
  };
}

function throwMissing(cause: unknown): never {
  if (!(cause instanceof FactoryError) || cause.code !== 'tool.missing') throw cause;
  const message = 'packages are collected by apt-get, which this machine does not have';
  throw new FactoryError('tool.missing', message, {
    hint: 'Make the bundle on Debian or Ubuntu, or leave them out with --without packages.',
    cause,
  });
}
