import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Firmware } from '../catalog/image-spec.ts';
import { FactoryError, hasErrno } from '../core/errors.ts';
import { joinUserData } from '../guestinfo/multipart.ts';
import { type AcceleratorChoice, probeAccelerator } from '../lab/qemu/accelerator.ts';
import { parseBootCondition } from '../lab/qemu/boot-condition.ts';
import { type BootResult, bootImage } from '../lab/qemu/boot-image.ts';
import type { HardwareName } from '../lab/qemu/hardware.ts';
import { requireTool } from '../tools/find.ts';
import type { CommandContext } from './command.ts';
import { toolsContextOf } from './tools-context.ts';

/** The options of `hnf image boot` as they were typed. */
export interface ImageBootInput {
  artifact: string;
  hardware: string | undefined;
  firmware: string | undefined;
  userdata: readonly string[];
  until: string;
  timeout: string;
  accelerator: string;
  quiet: boolean;
}

/** @throws FactoryError exit code 2 for wrong input, 3 without QEMU or the firmware, 1 when the condition is not met. */
export async function runImageBoot(context: CommandContext, input: ImageBootInput): Promise<BootResult> {
  const timeoutMs = parseTimeout(input.timeout);
  const artifact = resolve(context.cwd, input.artifact);
  const userData = joinUserData(
    await Promise.all(input.userdata.map((file) => readUserData(resolve(context.cwd, file)))),
  );
  const hardware = (input.hardware ?? (extname(artifact) === '.ova' ? 'vmware' : 'virtio')) as HardwareName;
  const firmware = (input.firmware ?? (hardware === 'vmware' ? 'uefi' : 'bios')) as Firmware;
  const tools = await toolsContextOf(context, { options: {} });
  const qemu = await requireTool('qemu-system-x86_64', tools);
  const qemuImg = await requireTool('qemu-img', tools);
  const ovmf = firmware === 'uefi' ? (await requireTool('ovmf-pvscsi', tools)).path : undefined;
  const { accelerator } = await probeAccelerator({
    exec: context.exec,
    qemu: qemu.path,
    signal: context.signal,
    choice: input.accelerator as AcceleratorChoice,
    cacheDir: tools.store.root,
  });
  const request = {
    artifact,
    hardware,
    firmware,
    accelerator,
    userData,
    until: parseBootCondition(input.until),
    timeoutMs,
  };
  const programs = { qemu: qemu.path, qemuImg: qemuImg.path, ovmf };
  return bootImage(request, { ...context, programs, ...(input.quiet ? {} : { onSerial: context.progress }) });
}

async function readUserData(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT')) throw cause;
    throw new FactoryError('input.not-found', `there is no user data '${file}'`, { cause });
  }
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 1) return seconds * 1000;
  throw new FactoryError('usage', `--timeout '${text}' is no time; accepted are seconds, 1 or more`);
}
