import { mkdtempSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveImage } from '../../src/catalog/resolve-image.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { systemClock } from '../../src/core/clock.ts';
import { createExec } from '../../src/core/exec.ts';
import { silentLog } from '../../src/core/log.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { Store } from '../../src/core/store.ts';
import { provideBaseLayer } from '../../src/flows/image-build/base-layer.ts';
import { requireBuildTools } from '../../src/flows/image-build/build-tools.ts';
import { computeIdentities } from '../../src/flows/image-build/identities.ts';
import type { LayerInputs } from '../../src/flows/image-build/layer-inputs.ts';
import type { BuildRequest } from '../../src/flows/image-build/request.ts';
import { readBaseTemplates } from '../../src/lab/base/templates.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';

const minutes = 60_000;
const started = '::installer-started';

/** Debian's own installer under the `iso` source: its medium, the keys, the answers. Ended as soon as it has them. */
async function startInstaller(
  folder: string,
  signal: AbortSignal,
): Promise<{ ended: Promise<unknown>; serial: string }> {
  const { config } = resolveConfig({ written: {}, env: [], flags: {}, variables: {} });
  const spec = resolveImage(config, 'debian12-netinst');
  const request: BuildRequest = {
    ...{ spec, formats: ['qcow2'], outputFolder: folder, cacheFolder: join(folder, 'cache'), cacheMaxBytes: 1e12 },
    ...{ useCache: true, accelerator: 'tcg', sshPorts: { min: 4700, max: 4750 }, toolVersion: 'test' },
  };
  const exec = createExec();
  const context = { exec, log: silentLog, clock: systemClock, signal, emit: () => {}, env: process.env };
  const templates = loadTemplates(packageRoot());
  const inputs: LayerInputs = {
    ...{ request, templates, context, logFolder: join(folder, 'logs'), store: new Store(request.cacheFolder) },
    identities: computeIdentities(spec, templates, await readBaseTemplates()),
    tools: await requireBuildTools(request, context, new Store(cacheFolder())),
  };
  const handle = { progress: () => {}, cached: () => {} } as unknown as Parameters<typeof provideBaseLayer>[2];
  const ended = provideBaseLayer(inputs, undefined, handle).catch((error: unknown) => error);
  return { ended, serial: join(folder, 'logs/base.serial.log') };
}

describe('long/installer', () => {
  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-system-x86_64', 'xorriso');
  });

  it("boots Debian's installer by the typed keys, and the installer gets its answers", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'installer-'));
    const abort = new AbortController();
    const { ended, serial } = await startInstaller(folder, abort.signal);
    let over = false;
    const outcome = ended.finally(() => {
      over = true;
    });
    const deadline = Date.now() + 15 * minutes;
    let text = '';
    while (!over && !text.includes(started) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      text = await readFile(serial, 'latin1').catch(() => '');
    }
    abort.abort(new Error('seen enough'));
    await outcome;
    expect(text).toContain(started);
    // Whatever it was doing: nothing of the machine is left.
    expect(readdirSync(join(folder, 'cache')).sort()).not.toContain('base');
  });
});
