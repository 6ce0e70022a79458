import type { ImageSpec } from '../catalog/image-spec.ts';
import { packageRoot } from '../core/package-root.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import { loadTemplates } from '../render/load-templates.ts';
import { renderPackerFolder } from '../render/packer/folder.ts';
import { vspherePlugins } from '../render/packer/vsphere-pins.ts';
import type { CommandContext, CommandInput } from './command.ts';
import { resolveCell } from './resolve-cell.ts';
import { readPluginChoice } from './resolve-vsphere-build.ts';

/** The Packer folder of the cell a command line means. Nothing is written. */
export async function renderCell(
  context: CommandContext,
  input: CommandInput,
): Promise<{ spec: ImageSpec; files: RenderedFile[] }> {
  const { output: _output, ...flags } = input.options;
  const { spec, formats } = await resolveCell(context, input, { flags });
  const choice = readPluginChoice(context.env['HNF_VSPHERE_PLUGIN']);
  const plugin = choice === 'auto' ? undefined : vspherePlugins[choice];
  return { spec, files: renderPackerFolder(spec, loadTemplates(packageRoot()), { formats, plugin }) };
}
