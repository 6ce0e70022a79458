import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import type { RunningVm } from '../qemu/running-vm.ts';

/**
 * Runs `use`; when it fails and a folder is given, the serial log and a picture of the screen are kept there and named in the error.
 */
export async function keepEvidence<T>(vm: RunningVm, folder: string | undefined, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (folder === undefined || !(error instanceof FactoryError) || error.code === 'interrupted') throw error;
    const kept = await writeEvidence(vm, folder).catch(() => []);
    throw new FactoryError(error.code, error.message, {
      hint: error.hint,
      cause: error,
      details: [...error.details, ...kept.map((path) => `kept: ${path}`)],
    });
  }
}

async function writeEvidence(vm: RunningVm, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const serial = join(folder, 'serial.log');
  await writeFileAtomic(serial, vm.serialText(), { mode: 0o600 });
  const screen = await vm.findScreenshot(join(folder, 'screen'));
  return screen === undefined ? [serial] : [serial, screen];
}
