import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasErrno, messageOf } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import type { ConfigFiles } from './config-files.ts';
import type { Finding } from './findings.ts';
import { locateInSource, type Position } from './locate.ts';
import type { RawConfig } from './parse-document.ts';

const packageName = 'hybrid-node-factory';

/** Runs a person's `images.config.ts` and takes its default export. Syntax errors and what it throws become findings. */
export async function importConfig(path: string, file: string, files: ConfigFiles): Promise<RawConfig> {
  const text = await files.read(path);
  const locate = locateInSource(text);
  try {
    const module: unknown = await importFresh(path, files, isModule(text));
    return withDefaultExport(module, file, locate);
  } catch (error) {
    return { value: undefined, locate, findings: [wordImportError(error, path, file)] };
  }
}

/**
 * A changed file is imported anew: the time stamp makes another address for Node's module cache.
 * `import … from 'hybrid-node-factory'` means the hnf that runs, wherever the config lies and however hnf was installed.
 */
async function importFresh(path: string, files: ConfigFiles, isModule: boolean): Promise<unknown> {
  const url = `${pathToFileURL(path).href}?changed=${await files.changedAt(path)}`;
  const own = pathToFileURL(ownEntry(files)).href;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === packageName) return { url: own, shortCircuit: true };
      // Else Node warns where no package.json says what the folder's files are.
      if (specifier === url && isModule) return { url, format: 'module-typescript', shortCircuit: true };
      return next(specifier, context);
    },
  });
  try {
    return await import(url);
  } finally {
    hooks.deregister();
  }
}

function isModule(text: string): boolean {
  return /^\s*(import|export)\b/m.test(text);
}

function ownEntry(files: ConfigFiles): string {
  const source = join(packageRoot(), 'src', 'index.ts');
  return files.exists(source) ? source : join(packageRoot(), 'dist', 'index.js');
}

function withDefaultExport(module: unknown, file: string, locate: RawConfig['locate']): RawConfig {
  const value = module !== null && typeof module === 'object' && 'default' in module ? module.default : undefined;
  if (value !== null && typeof value === 'object') return { value, locate, findings: [] };
  const message =
    typeof value === 'function'
      ? 'the default export is a function; accepted: what defineConfig({ … }) returns'
      : 'there is no default export with a config; accepted: export default defineConfig({ … })';
  return { value: undefined, locate, findings: [{ severity: 'error', path: '', file, message }] };
}

function wordImportError(error: unknown, path: string, file: string): Finding {
  const base = { severity: 'error' as const, path: '', file, ...findOrigin(error, path) };
  const text = messageOf(error).split('\n')[0]?.trim() ?? '';
  if (hasErrno(error, 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'))
    return {
      ...base,
      message: text,
      hint: 'Only types that can be erased work here: no enum, no namespace, no parameter property.',
    };
  if (hasErrno(error, 'ERR_UNKNOWN_FILE_EXTENSION'))
    return {
      ...base,
      message: 'this Node cannot run TypeScript',
      hint: 'Use Node 22.18 or newer, or a .yaml or .json file.',
    };
  if (hasErrno(error, 'ERR_MODULE_NOT_FOUND')) return { ...base, message: wordMissingModule(text) };
  if (error instanceof SyntaxError || hasErrno(error, 'ERR_INVALID_TYPESCRIPT_SYNTAX'))
    return { ...base, message: `no valid TypeScript: ${text}` };
  return { ...base, message: `running it failed: ${text}` };
}

function wordMissingModule(text: string): string {
  return `${text.replace(/ imported from .*$/, '')}, which this file imports`;
}

/** The first place inside the config file that the stack names. */
function findOrigin(error: unknown, path: string): Partial<Position> {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const name of [pathToFileURL(path).href, path]) {
    const index = stack.indexOf(name);
    if (index < 0) continue;
    const match = /^[^\s:]*?:(\d+)(?::(\d+))?/.exec(stack.slice(index + name.length));
    if (match === null) continue;
    return { line: Number(match[1]), ...(match[2] === undefined ? {} : { column: Number(match[2]) }) };
  }
  return {};
}
