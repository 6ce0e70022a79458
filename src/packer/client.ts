import { FactoryError } from '../core/errors.ts';
import type { Exec, ExecResult } from '../core/exec.ts';
import { ExecError } from '../core/exec-error.ts';
import { findPackerLine, findSpeech, isBuiltArtifact, type PackerSpeech } from './machine-readable.ts';

/** Where Packer is and what it may touch. */
export interface PackerSettings {
  /** The program. */
  path: string;
  /** Our own plugin folder; the user's is never read or written. */
  pluginFolder: string;
  /** Private and short: Packer's sockets, seed ISOs and cache live and die with it. */
  tempFolder: string;
  /** Where downloads go; default: below `tempFolder`, which may be small. */
  cacheFolder?: string | undefined;
  /** PEM file of certificate authorities to trust besides the system's. */
  caFile?: string | undefined;
}

export interface PackerCall {
  exec: Exec;
  settings: PackerSettings;
  /** Handed over by environment (`PKR_VAR_*`), never on argv. */
  variables: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** How long Packer may take to end its machine when it is stopped; default two minutes. */
  graceMs?: number;
}

const validateTimeoutMs = 120_000;
const defaultGraceMs = 120_000;

/** @throws FactoryError `build.failed` with what Packer found. */
export async function checkTemplate(folder: string, call: PackerCall): Promise<void> {
  try {
    await runPacker(['validate', '.'], folder, call, { timeoutMs: validateTimeoutMs });
  } catch (error) {
    if (!(error instanceof ExecError) || error.code !== 'exec.failed') throw error;
    const details = `${error.stdout}${error.stderr}`.trim().split('\n');
    throw new FactoryError('build.failed', `packer validate refuses '${folder}'`, { details, cause: error });
  }
}

export interface PackerBuildOptions {
  timeoutMs: number;
  logFile: string;
  onSpeech(speech: PackerSpeech): void;
}

/**
 * Builds what is in `folder`. On abort Packer ends the VM and removes its output folder by itself.
 * @throws ExecError `exec.failed`, `exec.timeout` or `interrupted`; FactoryError `build.failed` when Packer ended without a result
 */
export async function runBuild(folder: string, call: PackerCall, options: PackerBuildOptions): Promise<ExecResult> {
  let hasArtifact = false;
  const onLine = (text: string) => {
    const line = findPackerLine(text);
    if (line === undefined) return;
    hasArtifact ||= isBuiltArtifact(line);
    const speech = findSpeech(line);
    if (speech !== undefined) options.onSpeech(speech);
  };
  const args = ['build', '-machine-readable', '-on-error=cleanup', '.'];
  const result = await runPacker(args, folder, call, {
    timeoutMs: options.timeoutMs,
    logFile: options.logFile,
    onLine,
  });
  // Packer is two processes: when the one that builds is killed, the other ends with exit code 0.
  if (hasArtifact) return result;
  throw new FactoryError('build.failed', 'Packer ended without having built anything, and without an error', {
    hint: 'Something outside ended it: look for “Out of memory” in the log of the kernel, then run the same command again.',
  });
}

function runPacker(
  args: readonly string[],
  folder: string,
  call: PackerCall,
  options: { timeoutMs: number; logFile?: string; onLine?: (text: string) => void },
): Promise<ExecResult> {
  return call.exec.run(call.settings.path, args, {
    cwd: folder,
    env: buildPackerEnv(call.settings, call.variables),
    signal: call.signal,
    stopSignal: 'SIGINT',
    killGraceMs: call.graceMs ?? defaultGraceMs,
    keepBytes: 256 * 1024,
    ...options,
  });
}

function buildPackerEnv(settings: PackerSettings, variables: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.entries(variables).map(([name, value]) => [`PKR_VAR_${name}`, value] as const);
  return {
    PACKER_PLUGIN_PATH: settings.pluginFolder,
    PACKER_CONFIG_DIR: settings.tempFolder,
    PACKER_CACHE_DIR: settings.cacheFolder ?? `${settings.tempFolder}/cache`,
    TMPDIR: settings.tempFolder,
    CHECKPOINT_DISABLE: '1',
    PACKER_NO_COLOR: '1',
    // Go reads the system's folder of certificates besides it.
    ...(settings.caFile === undefined ? {} : { SSL_CERT_FILE: settings.caFile }),
    ...Object.fromEntries(given),
  };
}
