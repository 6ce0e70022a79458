import type { BuildContext } from './request.ts';

/** qemu-img reads and writes every bit of a disk once; an hour is far more than any image here takes. */
const timeoutMs = 60 * 60 * 1000;

/** A flat, sparse raw disk out of a qcow2 with its backing files. */
export async function runFlatten(
  qemuImg: string,
  source: string,
  target: string,
  context: BuildContext,
): Promise<void> {
  const args = ['convert', '-O', 'raw', source, target];
  await context.exec.run(qemuImg, args, { timeoutMs, signal: context.signal });
}

/** A compressed qcow2 that every QEMU of the last ten years reads (zlib, compat 1.1). */
export async function runCompress(qemuImg: string, raw: string, target: string, context: BuildContext): Promise<void> {
  const args = ['convert', '-c', '-m', '8', '-f', 'raw', '-O', 'qcow2', raw, target];
  await context.exec.run(qemuImg, args, { timeoutMs, signal: context.signal });
}

/** @throws ExecError when the two disks differ in any byte. */
export async function checkSameContent(
  qemuImg: string,
  a: { file: string; format: string },
  b: { file: string; format: string },
  context: BuildContext,
): Promise<void> {
  const args = ['compare', '-f', a.format, '-F', b.format, a.file, b.file];
  await context.exec.run(qemuImg, args, { timeoutMs, signal: context.signal });
}
