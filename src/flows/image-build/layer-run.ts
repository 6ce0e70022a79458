import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { withTempDir } from '../../core/temp.ts';
import { chooseFirmware } from '../../lab/qemu/firmware.ts';
import { createBuildKey } from '../../packer/build-key.ts';
import { checkTemplate, type PackerCall } from '../../packer/client.ts';
import { findPortRange } from '../../packer/ports.ts';
import { renderQemuLayer } from '../../render/packer/qemu.ts';
import { isUefi } from '../../render/packer/qemu-view.ts';
import { runWatched } from '../packer-run/run-watched.ts';
import { shortTempParent, writeFolder } from '../packer-run/work-folder.ts';
import { hasPackages } from './build-bundle.ts';
import { explainLayerFailure, type LayerLogs } from './layer-failure.ts';
import type { LayerInputs } from './layer-inputs.ts';
import type { PhaseHandle } from './phase-log.ts';
import { hostAsSeenByGuest } from './preload.ts';
import { checkClock, checkInstaller } from './serial-log.ts';

export interface LayerRun extends LayerInputs {
  layer: 'base' | 'node';
  /** Packer variables of this layer, besides those every layer has. */
  variables: Readonly<Record<string, string>>;
  /** Where Packer's output folder is made; must not exist yet. */
  outputFolder: string;
}

/**
 * Builds one layer with Packer in a private folder that is gone afterwards; logs stay in `logFolder`. A guest whose timer stopped is
 * started a second time.
 * @throws FactoryError `build.failed` with the last lines of the guest and a hint; `guest.stalled`.
 */
export async function runLayer(run: LayerRun, phase: PhaseHandle): Promise<void> {
  try {
    await runOnce(run, phase);
  } catch (error) {
    if (!(error instanceof FactoryError) || error.code !== 'guest.stalled') throw error;
    run.context.log.warn(`${error.message}; starting it once more`);
    await runOnce(run, phase);
  }
}

async function runOnce(run: LayerRun, phase: PhaseHandle): Promise<void> {
  const { context, tools, logFolder } = run;
  const logs: LayerLogs = {
    packer: join(logFolder, `${run.layer}.packer.log`),
    serial: join(logFolder, `${run.layer}.serial.log`),
  };
  await mkdir(logFolder, { recursive: true });
  for (const log of Object.values(logs)) await rm(log, { force: true });
  await withTempDir(
    'hnf',
    async (folder) => {
      const template = join(folder, run.layer);
      await writeFolder(template, renderQemuLayer(run.request.spec, run.layer, run.templates));
      const call: PackerCall = {
        exec: context.exec,
        settings: { path: tools.packer, pluginFolder: tools.pluginFolder, tempFolder: folder },
        signal: context.signal,
        variables: await buildVariables(run, folder, logs.serial),
      };
      phase.progress('packer validate');
      await checkTemplate(template, call);
      await runWatched({
        template,
        call,
        logFile: logs.packer,
        watchedFolders: [dirname(run.outputFolder), logFolder, folder],
        signal: context.signal,
        check: () => checkGuest(run, logs.serial),
        onProgress: phase.progress,
        explain: (error, step) => explainLayerFailure(error, { layer: run.layer, step, logs }),
      });
    },
    shortTempParent(context.env),
  );
}

async function checkGuest(run: LayerRun, serial: string): Promise<void> {
  await checkClock(serial);
  if (isInstallation(run)) await checkInstaller(serial);
}

function isInstallation({ layer, request }: LayerRun): boolean {
  return layer === 'base' && request.spec.source.kind === 'iso';
}

async function buildVariables(run: LayerRun, folder: string, serialLog: string): Promise<Record<string, string>> {
  const { accelerator } = run.tools.accelerator;
  const key = createBuildKey();
  const keyFile = join(folder, 'build-key.pem');
  await writeFile(keyFile, key.privateKey, { mode: 0o600 });
  const ssh = await findPortRange(run.request.sshPorts, 'SSH');
  return {
    output_directory: run.outputFolder,
    // Packer calls TCG `none`.
    accelerator: accelerator === 'tcg' ? 'none' : accelerator,
    qemu_binary: run.tools.qemu,
    ssh_private_key_file: keyFile,
    ssh_public_key: key.publicKey,
    ssh_host_port_min: String(ssh.min),
    ssh_host_port_max: String(ssh.max),
    serial_log: serialLog,
    ...firmwareVariables(run),
    ...packageVariables(run),
    ...run.variables,
  };
}

/** As base-layer.ts: the bundle as apt's proxy, and its lists however old they are. */
function packageVariables({ bundle, request }: LayerRun): Record<string, string> {
  if (bundle === undefined || !hasPackages(bundle, request.spec)) return {};
  return { apt_proxy: `http://${hostAsSeenByGuest}:${bundle.port}`, apt_snapshot: 'true' };
}

/** The template's own defaults are Debian's paths. */
function firmwareVariables({ request, tools }: LayerRun): Record<string, string> {
  if (!isUefi(request.spec) || request.spec.arch !== 'amd64') return {};
  const firmware = chooseFirmware('uefi', tools.ovmf?.path);
  if (firmware.kind !== 'uefi') return {};
  return { efi_firmware_code: firmware.code, efi_firmware_vars: firmware.varsTemplate };
}
