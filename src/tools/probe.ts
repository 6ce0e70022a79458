import type { Exec, ExecResult } from '../core/exec.ts';
import { ExecError } from '../core/exec-error.ts';
import type { Probe } from './types.ts';

/** A program that does not answer in this time is not the one we look for (cracklib's `packer` waits on stdin for ever). */
const probeTimeoutMs = 10_000;

export type ProbeResult = { kind: 'version'; version: string } | { kind: 'impostor'; said: string };

/** Asks a program for its version, with standard input closed. @throws ExecError only for `interrupted`. */
export async function runProbe(
  path: string,
  probe: Probe,
  exec: Exec,
  options: { signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<ProbeResult> {
  const outcome = await tryRun(path, probe, exec, options);
  const text = typeof outcome === 'string' ? outcome : `${outcome.stdout}\n${outcome.stderr}`;
  const version = typeof outcome === 'string' ? undefined : probe.pattern.exec(text)?.[1];
  if (version !== undefined) return { kind: 'version', version: version.replace(/^v/, '') };
  return { kind: 'impostor', said: firstLine(text) };
}

async function tryRun(
  path: string,
  probe: Probe,
  exec: Exec,
  options: { signal?: AbortSignal | undefined; timeoutMs?: number },
): Promise<ExecResult | string> {
  const timeoutMs = options.timeoutMs ?? probeTimeoutMs;
  try {
    return await exec.run(path, probe.args, {
      timeoutMs,
      killGraceMs: 500,
      keepBytes: 64 * 1024,
      accept: [0, ...(probe.accept ?? [])],
      // Packer asks home for a newer version otherwise.
      env: { CHECKPOINT_DISABLE: '1' },
      signal: options.signal,
    });
  } catch (error) {
    if (!(error instanceof ExecError) || error.code === 'interrupted') throw error;
    if (error.timedOut) return `no answer within ${timeoutMs / 1000} s`;
    return error.exitCode === undefined ? error.message : `exit code ${error.exitCode}`;
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 120) ?? '';
}
