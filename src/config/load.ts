import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, relative, resolve } from 'node:path';
import { FactoryError, hasErrno, messageOf } from '../core/errors.ts';
import type { ConfigFiles } from './config-files.ts';
import { dropFaults } from './drop-faults.ts';
import { findConfigFile } from './find-config.ts';
import type { ConfigPath, Finding } from './findings.ts';
import { importConfig } from './import-config.ts';
import type { Locate } from './locate.ts';
import { parseJson, parseYaml, type RawConfig } from './parse-document.ts';
import { readReferences } from './read-references.ts';
import { WrittenConfig } from './schema.ts';
import { listSchemaFindings } from './schema-findings.ts';

/** A config file as it was read. What the schema refused is left out of `written` and stands in `findings`. */
export interface LoadedConfig {
  /** Absolute; undefined when there is no config file. */
  path: string | undefined;
  /** As messages name it: relative to the folder hnf was run in where that is shorter. */
  file: string | undefined;
  written: WrittenConfig;
  findings: readonly Finding[];
  locate: Locate;
}

/**
 * Reads the config: `configFile` or the nearest one upwards from `cwd`; without any, an empty one.
 * @throws FactoryError `config.not-found` when `configFile` is not there; everything wrong inside is in `findings`.
 */
export async function loadConfig(options: { cwd: string; configFile?: string | undefined }): Promise<LoadedConfig> {
  const path =
    options.configFile === undefined
      ? await findConfigFile(options.cwd, diskFiles)
      : resolve(options.cwd, options.configFile);
  if (path === undefined) return { path, file: undefined, written: {}, findings: [], locate: () => undefined };
  const file = shortName(path, options.cwd);
  await checkIsFile(path, file);
  const raw = await readRaw(path, file);
  const { written, findings } = judge(raw, file);
  const placeOf = (at: ConfigPath) => ({ file, ...raw.locate(at, 'value') });
  const complete = await readReferences({ written, folder: dirname(path), files: diskFiles, placeOf });
  return { path, file, locate: raw.locate, written: complete.written, findings: [...findings, ...complete.findings] };
}

function shortName(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short !== '' && short.length < path.length ? short : path;
}

async function checkIsFile(path: string, file: string): Promise<void> {
  const hint = "Name an existing file with --config, or write one with 'hnf config init'.";
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new FactoryError('config.not-found', `the config '${file}' is not a file`, { hint });
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    const reason = hasErrno(error, 'ENOENT') ? 'does not exist' : `cannot be read: ${messageOf(error)}`;
    throw new FactoryError('config.not-found', `the config '${file}' ${reason}`, { hint, cause: error });
  }
}

async function readRaw(path: string, file: string): Promise<RawConfig> {
  try {
    return await readByKind(path, file);
  } catch (error) {
    if (error instanceof FactoryError) throw error;
    throw new FactoryError('config.not-found', `the config '${file}' cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function readByKind(path: string, file: string): Promise<RawConfig> {
  switch (extname(path)) {
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return importConfig(path, file, diskFiles);
    case '.json':
      return parseJson(await diskFiles.read(path), file);
    case '.yaml':
    case '.yml':
      return parseYaml(await diskFiles.read(path), file);
    default:
      throw new FactoryError(
        'config.invalid',
        `the config '${file}' has an unknown kind; accepted: .ts, .yaml, .yml, .json`,
        {
          hint: 'Rename it, or name another with --config.',
        },
      );
  }
}

function judge(raw: RawConfig, file: string): { written: WrittenConfig; findings: readonly Finding[] } {
  if (raw.value === undefined) return { written: {}, findings: raw.findings };
  const faults = listSchemaFindings(WrittenConfig, raw.value, raw.textAt);
  const findings = faults.map(
    ({ parts, about, ...finding }): Finding => ({ ...finding, file, ...raw.locate(parts, about) }),
  );
  return { written: dropFaults(WrittenConfig, raw.value, faults), findings: [...raw.findings, ...findings] };
}

export const diskFiles: ConfigFiles = {
  read: async (path) => (await readFile(path, 'utf8')).replace(/^\uFEFF/, ''),
  list: listFolder,
  exists: existsSync,
  changedAt: async (path) => (await stat(path)).mtimeMs,
};

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR'].some((code) => hasErrno(error, code))) return [];
    throw error;
  }
}
