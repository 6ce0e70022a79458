import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { ExecError } from '../core/exec-error.ts';
import { canonicalJson, sha256 } from '../core/hash.ts';
import { withFileLock } from '../core/lock.ts';
import { packageRoot } from '../core/package-root.ts';
import { withTempDir } from '../core/temp.ts';
import type { ToolsContext } from './context.ts';
import { providePip, runPip } from './pip.ts';

/** The judges' own Python environment: nothing of the machine's Python but the interpreter is used, and nothing changed. */
export interface PythonEnv {
  folder: string;
  /** Its interpreter. */
  python: string;
  /** Distribution in lower case → version, e.g. `pykickstart` → `3.78`. */
  versions: Readonly<Record<string, string>>;
}

/** Scripts of its distributions that we call. */
const scripts = ['ksvalidator'];

/** All of it can be imported, and what it is. */
const question = `import importlib, importlib.metadata as metadata, json
for name in ("yaml", "jsonschema", "pykickstart", "configobj", "jinja2", "oauthlib", "requests", "jsonpatch"):
    importlib.import_module(name)
print(json.dumps({found.metadata["Name"].lower(): found.version for found in metadata.distributions()}))`;

/** The folder with our requirement files and `judge.py`. */
export function pythonFolder(): string {
  return join(packageRoot(), 'tools', 'python');
}

/** The environment as it is in our folder; undefined when it has to be made (again: the machine's Python may have changed). */
export async function findPythonEnv(context: ToolsContext): Promise<PythonEnv | undefined> {
  return inspectEnv(await folderOf(context), context);
}

/** Made if need be. @throws FactoryError `tool.missing` without pip, ExecError with what pip said. */
export async function providePythonEnv(context: ToolsContext): Promise<PythonEnv> {
  const folder = await folderOf(context);
  const options = { what: 'installing the Python judges', timeoutMs: 30 * 60_000, signal: context.signal };
  return withFileLock(`${folder}.lock`, options, async () => {
    return (await inspectEnv(folder, context)) ?? install(folder, context);
  });
}

async function folderOf({ store }: ToolsContext): Promise<string> {
  const texts = await Promise.all(requirementFiles.map((name) => readFile(join(pythonFolder(), name), 'utf8')));
  return join(store.root, 'toolchains', `python-${sha256(canonicalJson(texts)).slice(0, 16)}`);
}

const requirementFiles = ['build-requirements.txt', 'requirements.txt'] as const;

async function inspectEnv(folder: string, { exec, signal }: ToolsContext): Promise<PythonEnv | undefined> {
  const python = join(folder, 'bin', 'python');
  try {
    const { stdout } = await exec.run(python, ['-I', '-c', question], { timeoutMs: 60_000, signal });
    return { folder, python, versions: JSON.parse(stdout) as Record<string, string> };
  } catch (error) {
    if (error instanceof ExecError && error.code === 'interrupted') throw error;
    return undefined;
  }
}

async function install(folder: string, context: ToolsContext): Promise<PythonEnv> {
  const base = await providePip(context);
  const startedAt = context.clock.now();
  const event = { operation: 'tools install', subject: 'ksvalidator', phase: 'fetch' } as const;
  context.emit({ ...event, status: 'start', detail: 'judges from PyPI' });
  await withTempDir('python', (temporary) => fill(base, temporary, folder, context), dirname(folder));
  context.emit({ ...event, status: 'done', seconds: (context.clock.now() - startedAt) / 1000 });
  const made = await inspectEnv(folder, context);
  if (made !== undefined) return made;
  throw new FactoryError('tool.missing', `the Python environment '${folder}' was made and does not work`, {
    hint: `Look at what it says: ${join(folder, 'bin', 'python')} -c 'import yaml, jsonschema, pykickstart'`,
  });
}

/** `--without-pip`: Debian has the rest of venv in a package of its own. The folder gets its name when it is whole. */
async function fill(base: string, temporary: string, folder: string, context: ToolsContext): Promise<void> {
  const made = join(temporary, 'env');
  const { exec, signal } = context;
  await exec.run(base, ['-m', 'venv', '--without-pip', '--symlinks', made], { timeoutMs: 120_000, signal });
  const ask = ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'];
  const { stdout } = await exec.run(join(made, 'bin', 'python'), ask, { timeoutMs: 60_000, signal });
  await installRequirements(base, temporary, stdout.trim(), context);
  for (const name of scripts) await placeScript(name, stdout.trim(), made, folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(made, folder);
}

/** pykickstart has no wheel: it is built by a setuptools that is pinned too, not by one that pip would fetch for it. */
async function installRequirements(
  python: string,
  temporary: string,
  site: string,
  context: ToolsContext,
): Promise<void> {
  const [build, judges] = requirementFiles.map((name) => join(pythonFolder(), name)) as [string, string];
  const builder = join(temporary, 'build');
  await runPip({ python, requirements: build, target: builder }, context);
  const args = ['--no-binary=pykickstart', '--no-build-isolation'];
  await runPip({ python, requirements: judges, target: site, args, env: { PYTHONPATH: builder } }, context);
}

/** pip names the interpreter it ran under, which is not the environment's. */
async function placeScript(name: string, site: string, made: string, folder: string): Promise<void> {
  const text = await readFile(join(site, 'bin', name), 'utf8');
  const path = join(made, 'bin', name);
  await writeFile(path, text.replace(/^#!.*/, `#!${join(folder, 'bin', 'python')}`));
  await chmod(path, 0o755);
}
