import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { withTempDir } from '../../core/temp.ts';
import { createBuildKey } from '../../packer/build-key.ts';
import { checkTemplate, type PackerCall, runBuild } from '../../packer/client.ts';
import { diagnosis, findPhase } from '../../packer/phases.ts';
import { findPortRange } from '../../packer/ports.ts';
import { explainLayerFailure, type LayerLogs } from './layer-failure.ts';
import type { LayerInputs } from './layer-inputs.ts';
import type { PhaseHandle } from './phase-log.ts';
import type { BuildContext } from './request.ts';
import { withWatchdog } from './watchdog.ts';

export interface LayerRun extends LayerInputs {
  /** The sub-folder of the rendered tree with the template. */
  layer: 'base' | 'node';
  /** Packer variables of this layer, besides those every layer has. */
  variables: Readonly<Record<string, string>>;
  /** Where Packer's output folder is made; must not exist yet. */
  outputFolder: string;
}

/** A build that hangs in no known phase still ends. */
const hardLimitMs = 8 * 60 * 60 * 1000;

/**
 * Builds one layer with Packer in a private folder that is gone afterwards; logs stay in `logFolder`.
 * @throws FactoryError `build.failed` with the last lines of the guest and a hint.
 */
export async function runLayer(run: LayerRun, phase: PhaseHandle): Promise<void> {
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
      await writeFolder(folder, run.files);
      const call: PackerCall = {
        exec: context.exec,
        settings: { path: tools.packer, pluginFolder: tools.pluginFolder, tempFolder: folder },
        signal: context.signal,
        variables: await buildVariables(run, folder, logs.serial),
      };
      const template = join(folder, run.layer);
      phase.progress('packer validate');
      await checkTemplate(template, call);
      await buildWatched(template, call, run, logs, phase);
    },
    shortTempParent(context.env),
  );
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
    ...run.variables,
  };
}

async function buildWatched(
  template: string,
  call: PackerCall,
  run: LayerRun,
  logs: LayerLogs,
  handle: PhaseHandle,
): Promise<void> {
  let step = 'starting packer';
  try {
    const folders = [dirname(run.outputFolder), run.logFolder, call.settings.tempFolder];
    await withWatchdog({ signal: run.context.signal, folders }, async (watch) => {
      await runBuild(
        template,
        { ...call, signal: watch.signal },
        {
          timeoutMs: hardLimitMs,
          logFile: logs.packer,
          onSpeech({ text }) {
            const entered = findPhase(text);
            if (entered !== undefined) {
              if (entered.name !== diagnosis) step = entered.name;
              watch.enter(entered);
            }
            handle.progress(`${step}: ${lastLine(text)}`);
          },
        },
      );
    });
  } catch (error) {
    throw await explainLayerFailure(error, { layer: run.layer, step, logs });
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** Packer's plugins talk over Unix sockets in its folder for temporary files, whose paths must stay below 107 bytes. */
function shortTempParent(env: BuildContext['env']): string | undefined {
  const configured = env['TMPDIR'];
  return configured !== undefined && configured.length > 50 ? '/tmp' : undefined;
}

async function writeFolder(folder: string, files: readonly RenderedFile[]): Promise<void> {
  for (const file of files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content, { mode: file.mode });
  }
}
