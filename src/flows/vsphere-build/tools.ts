import type { Store } from '../../core/store.ts';
import { createToolsContext } from '../../tools/context.ts';
import { requireTool } from '../../tools/find.ts';
import type { BuildContext } from '../image-build/request.ts';
import { requireVspherePlugin, type UsablePlugin } from './plugin.ts';
import type { VsphereBuildRequest } from './request.ts';

export interface VsphereTools {
  packer: string;
  govc: string;
  plugin: UsablePlugin;
  /** Program → version, for the manifest. */
  versions: Readonly<Record<string, string>>;
}

/** @throws FactoryError exit code 3, naming the tool and how to get it */
export async function requireVsphereTools(
  request: VsphereBuildRequest,
  context: BuildContext,
  store: Store,
): Promise<VsphereTools> {
  const tools = createToolsContext({ ...context, store });
  const packer = await requireTool('packer', tools);
  const govc = await requireTool('govc', tools);
  const plugin = await requireVspherePlugin(request.plugin, tools);
  await requireTool('xorriso', tools);
  return {
    packer: packer.path,
    govc: govc.path,
    plugin,
    versions: {
      packer: packer.version ?? 'unknown',
      govc: govc.version ?? 'unknown',
      [`${plugin.kind}/vsphere`]: plugin.version,
    },
  };
}
