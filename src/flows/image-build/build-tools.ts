import type { Store } from '../../core/store.ts';
import { type BaseTools, baseToolNames } from '../../lab/base/context.ts';
import { type FoundAccelerator, probeAccelerator } from '../../lab/qemu/accelerator.ts';
import { createToolsContext, type ToolsContext } from '../../tools/context.ts';
import { requireTool } from '../../tools/find.ts';
import { requirePluginFolder } from '../../tools/plugin-folder.ts';
import type { ResolvedTool } from '../../tools/types.ts';
import { machineOf } from './machine-of.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** Everything a build calls, found and checked before it is needed. */
export interface BuildTools {
  packer: string;
  pluginFolder: string;
  qemu: string;
  qemuImg: string;
  /** UEFI firmware to verify with; absent when nothing is booted by UEFI. */
  ovmf: ResolvedTool | undefined;
  base: BaseTools;
  accelerator: FoundAccelerator;
  /** Program → version, for the manifest. */
  versions: Readonly<Record<string, string>>;
}

export function buildToolsContext(context: BuildContext, store: Store): ToolsContext {
  return createToolsContext({ ...context, store });
}

/** @throws FactoryError exit code 3, naming the tool and how to get it. */
export async function requireBuildTools(
  request: BuildRequest,
  context: BuildContext,
  store: Store,
): Promise<BuildTools> {
  const tools = buildToolsContext(context, store);
  const packer = await requireTool('packer', tools);
  const pluginFolder = await requirePluginFolder(['packer-plugin-qemu'], tools);
  const qemu = await requireTool('qemu-system-x86_64', tools);
  const qemuImg = await requireTool('qemu-img', tools);
  const isBiosOnly = request.formats.every((format) => machineOf(format, request.spec).firmware === 'bios');
  const ovmf = isBiosOnly ? undefined : await requireTool('ovmf-pvscsi', tools);
  await requireTool('xorriso', tools);
  const base = request.spec.source.kind === 'bootstrap' ? await requireBaseTools(tools) : baseToolNames;
  const accelerator = await probeAccelerator({
    exec: context.exec,
    qemu: qemu.path,
    signal: context.signal,
    choice: request.accelerator,
    cacheDir: store.root,
  });
  const versions = { packer: packer.version ?? 'unknown', qemu: qemu.version ?? 'unknown' };
  const paths = { packer: packer.path, qemu: qemu.path, qemuImg: qemuImg.path };
  return { ...paths, pluginFolder, ovmf, base, accelerator, versions };
}

async function requireBaseTools(tools: ToolsContext): Promise<BaseTools> {
  const path = async (name: string) => (await requireTool(name, tools)).path;
  await path('mkfs.ext4');
  await path('debian-archive-keyring');
  return {
    mmdebstrap: await path('mmdebstrap'),
    sfdisk: await path('sfdisk'),
    mformat: await path('mformat'),
    mmd: await path('mmd'),
    mcopy: await path('mcopy'),
    qemuImg: await path('qemu-img'),
  };
}
