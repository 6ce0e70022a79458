import { join } from 'node:path';
import { z } from 'zod';
import type { Exec } from '../../core/exec.ts';
import { findText, writeFileAtomic } from '../../core/files.ts';
import type { FoundAccelerator } from './accelerator.ts';

const Remembered = z.object({
  runId: z.string(),
  wanted: z.enum(['kvm', 'hvf']),
  accelerator: z.enum(['kvm', 'hvf']),
  reason: z.string(),
});

/** What a probe's result depends on: this boot of the kernel and this QEMU. @throws FactoryError `tool.missing` */
export async function findRunId(request: {
  exec: Exec;
  qemu: string;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const version = await request.exec.run(request.qemu, ['--version'], { timeoutMs: 10_000, signal: request.signal });
  const bootId = (await findText('/proc/sys/kernel/random/boot_id')) ?? 'unknown';
  return `${bootId.trim()} ${version.stdout.split('\n')[0] ?? ''}`;
}

/** That an earlier process found it working; undefined when that was another boot, another QEMU, or cannot be read. */
export async function findRemembered(
  cacheDir: string | undefined,
  runId: string,
  wanted: string,
): Promise<FoundAccelerator | undefined> {
  if (cacheDir === undefined || runId.startsWith('unknown')) return undefined;
  const text = await findText(memoryPath(cacheDir)).catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = Remembered.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.runId !== runId || parsed.data.wanted !== wanted) return undefined;
  return { accelerator: parsed.data.accelerator, reason: parsed.data.reason };
}

/**
 * Notes what works, and only that: what keeps it from working, such as a missing permission for /dev/kvm, can be mended at any time. A cache
 * that cannot be written costs the next process a probe, nothing else.
 */
export async function remember(
  cacheDir: string | undefined,
  runId: string,
  wanted: string,
  found: FoundAccelerator,
): Promise<void> {
  if (cacheDir === undefined || found.accelerator !== wanted) return;
  await writeFileAtomic(memoryPath(cacheDir), `${JSON.stringify({ runId, wanted, ...found })}\n`).catch(() => {});
}

function memoryPath(cacheDir: string): string {
  return join(cacheDir, 'accelerator.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
