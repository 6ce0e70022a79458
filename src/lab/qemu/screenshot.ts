import { stat } from 'node:fs/promises';
import type { Qmp } from './qmp.ts';

/** PNG where QEMU can (7.1 and newer), else PPM. Undefined when there is no picture to be had. */
export async function takeScreenshot(qmp: Qmp, pathWithoutExtension: string): Promise<string | undefined> {
  const png = `${pathWithoutExtension}.png`;
  const ppm = `${pathWithoutExtension}.ppm`;
  try {
    await qmp.execute('screendump', { filename: png, format: 'png' }).catch(() => undefined);
    if (await hasContent(png)) return png;
    await qmp.execute('screendump', { filename: ppm });
    return (await hasContent(ppm)) ? ppm : undefined;
  } catch {
    return undefined;
  }
}

async function hasContent(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.size > 0,
    () => false,
  );
}
