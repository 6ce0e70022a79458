import { z } from 'zod';
import { FactoryError } from '../../core/errors.ts';
import { type LabContext, qemuImgProgram } from './lab-context.ts';
import type { DiskSource } from './vm-spec.ts';

const ImageInfo = z.object({ 'virtual-size': z.number() });

/** Size of a disk as a guest sees it. @throws ExecError when qemu-img cannot open it */
export async function readVirtualSize(disk: DiskSource, ctx: LabContext): Promise<number> {
  const format = disk.file.startsWith('json:') ? [] : ['-f', disk.format];
  const result = await ctx.exec.run(qemuImgProgram(ctx), ['info', '--output=json', ...format, disk.file], {
    timeoutMs: 60_000,
    signal: ctx.signal,
  });
  const info = ImageInfo.safeParse(JSON.parse(result.stdout));
  if (info.success) return info.data['virtual-size'];
  throw new FactoryError('exec.failed', 'qemu-img info did not tell a virtual size', { cause: info.error });
}

/** A throw-away qcow2 over `disk`: writes land there, the disk itself is only read. */
export async function createOverlay(
  disk: DiskSource,
  overlay: string,
  sizeBytes: number,
  ctx: LabContext,
): Promise<void> {
  const args = ['create', '-q', '-f', 'qcow2', '-b', disk.file, '-F', disk.format, overlay, String(sizeBytes)];
  await ctx.exec.run(qemuImgProgram(ctx), args, { timeoutMs: 60_000, signal: ctx.signal });
}
