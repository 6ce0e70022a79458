import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fatTableRanges, patchBootSector, patchCoreImage } from './boot-sector.ts';
import { type BaseContext, commandOptions } from './context.ts';
import { renderSfdiskScript, sectorBytes, startBytes } from './layout.ts';
import { type BasePlan, sourceDateEpoch } from './plan.ts';

const timeoutMs = 120_000;

/**
 * Writes `disk`, a sparse file of the disk's whole size with everything in place except the root file system: partition table, GRUB
 * for BIOS, and the ESP with Debian's signed shim and GRUB under the removable path.
 * @param parts folder with boot.img, core.img, shimx64.efi and grubx64.efi, as customize.sh leaves it.
 */
export async function writeBootArea(
  plan: BasePlan,
  context: BaseContext,
  where: { parts: string; disk: string; scratch: string },
): Promise<void> {
  await writeFile(where.disk, '');
  await truncate(where.disk, plan.layout.diskBytes);
  await context.exec.run(context.tools.sfdisk, ['--quiet', '--no-reread', '--no-tell-kernel', where.disk], {
    ...commandOptions(context, timeoutMs),
    input: renderSfdiskScript(plan.layout),
  });
  await writeEsp(plan, context, where);
  await writeBiosLoader(plan, where);
}

async function writeEsp(
  plan: BasePlan,
  context: BaseContext,
  where: { parts: string; disk: string; scratch: string },
): Promise<void> {
  const { esp } = plan.layout;
  const config = join(where.scratch, 'grub.cfg');
  await writeFile(config, plan.grub.efi);
  const options = commandOptions(context, timeoutMs);
  const mtools = (program: 'mformat' | 'mmd' | 'mcopy', ...args: string[]) =>
    context.exec.run(context.tools[program], ['-i', `${where.disk}@@${startBytes(esp)}`, ...args], {
      ...options,
      env: { ...options.env, SOURCE_DATE_EPOCH: String(sourceDateEpoch), TZ: 'UTC' },
    });
  const geometry = ['-T', String(esp.sectors), '-h', '255', '-s', '63', '-H', String(esp.startSector), '-c', '1'];
  await mtools('mformat', '-F', '-N', plan.ids.espSerial, '-v', 'EFI', ...geometry, '::');
  await mtools('mmd', '::/EFI', '::/EFI/BOOT', '::/EFI/debian');
  await mtools('mcopy', join(where.parts, 'shimx64.efi'), '::/EFI/BOOT/BOOTX64.EFI');
  await mtools('mcopy', join(where.parts, 'grubx64.efi'), '::/EFI/BOOT/grubx64.efi');
  await mtools('mcopy', config, '::/EFI/debian/grub.cfg');
}

async function writeBiosLoader(plan: BasePlan, where: { parts: string; disk: string }): Promise<void> {
  const { bios, esp } = plan.layout;
  const bootImage = await readFile(join(where.parts, 'boot.img'));
  const coreImage = await readFile(join(where.parts, 'core.img'));
  const disk = await open(where.disk, 'r+');
  try {
    const oldSector = new Uint8Array(sectorBytes);
    await disk.read(oldSector, 0, sectorBytes, 0);
    await disk.write(patchBootSector(bootImage, oldSector, bios.startSector), 0, sectorBytes, 0);
    const core = patchCoreImage(coreImage, bios);
    await disk.write(core, 0, core.length, startBytes(bios));
    for (const { offset, length } of fatTableRanges(esp)) await disk.write(new Uint8Array(length), 0, length, offset);
  } finally {
    await disk.close();
  }
}
