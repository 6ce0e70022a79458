import { type BaseContext, commandOptions } from './context.ts';
import { sectorBytes, startBytes } from './layout.ts';
import type { BasePlan } from './plan.ts';

const timeoutMs = 15 * 60_000;

/**
 * Joins the boot area and the root file system in one uncompressed qcow2. qemu-img copies each file's used parts only, the second one
 * through a window on the first's result, so the disk never exists as one raw file.
 */
export async function joinDisk(
  plan: BasePlan,
  context: BaseContext,
  files: { bootArea: string; root: string; target: string },
): Promise<void> {
  const qemuImg = (...args: string[]) =>
    context.exec.run(context.tools.qemuImg, args, commandOptions(context, timeoutMs));
  await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', files.bootArea, files.target);
  const { root } = plan.layout;
  const window = {
    driver: 'raw',
    offset: startBytes(root),
    size: root.sectors * sectorBytes,
    file: { driver: 'qcow2', file: { driver: 'file', filename: files.target } },
  };
  await qemuImg('convert', '-n', '-W', '-f', 'raw', files.root, `json:${JSON.stringify(window)}`);
}
