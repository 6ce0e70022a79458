import { factsOf } from '../catalog/builders.ts';
import { listCellsOf, requestOf } from '../catalog/cells.ts';
import { resolveFormats } from '../catalog/formats.ts';
import { imageNames } from '../catalog/image-layers.ts';
import { sourceWord } from '../catalog/image-spec.ts';
import { checkImageName, inspectImage } from '../catalog/resolve-image.ts';
import { loadSettings } from '../config/read-settings.ts';
import { FactoryError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { judgeNames } from '../flows/image-validate/judge-names.ts';
import type { CellRequest } from '../flows/image-validate/render-cells.ts';
import type { JudgeName } from '../flows/image-validate/types.ts';
import type { ValidationRequest } from '../flows/image-validate/validate-images.ts';
import { loadTemplates } from '../render/load-templates.ts';
import { vspherePlugins } from '../render/packer/vsphere-pins.ts';
import { type CommandContext, type CommandInput, findText, isSet, listOf } from './command.ts';
import { readPluginChoice } from './resolve-vsphere-build.ts';

/**
 * The cells that the arguments and options of `hnf image validate` mean. Cells that the catalog refuses are told and left out.
 * @throws FactoryError exit code 2, for an unknown image or when nothing is left.
 */
export async function resolveValidation(context: CommandContext, input: CommandInput): Promise<ValidationRequest> {
  const { cwd, env, secrets, log } = context;
  if (isSet(input, 'all') && input.args.length > 0)
    throw new FactoryError('usage', `--all and '${input.args.join(' ')}' exclude each other`, {
      hint: 'Leave one out.',
    });
  const flags = { kubernetes: findText(input, 'kubernetes') };
  const { config } = await loadSettings({ cwd, env, secrets, configFile: findText(input, 'config'), flags });
  for (const name of input.args) checkImageName(config, name);
  const names = input.args.length === 0 ? imageNames(config) : input.args;
  const wanted = names.flatMap((name) => listCellsOf(config, name)).filter(isWanted(input));
  const cells: CellRequest[] = [];
  let refused = 0;
  for (const cell of wanted) {
    const { spec, findings } = inspectImage(config, cell.image, requestOf(cell));
    if (spec === undefined || findings.some(({ severity }) => severity === 'error')) refused += 1;
    else cells.push({ spec, formats: resolveFormats(config, spec).formats });
  }
  if (refused > 0) log.warn(`${refused} cells are refused and not validated: \`hnf image list\` says why`);
  if (cells.length === 0)
    throw new FactoryError('usage', 'no cell of the catalog is meant', { hint: 'Look at `hnf image list`.' });
  const choice = readPluginChoice(env['HNF_VSPHERE_PLUGIN']);
  return {
    cells,
    templates: loadTemplates(packageRoot()),
    plugin: choice === 'auto' ? undefined : vspherePlugins[choice],
    useCache: input.options['cache'] !== false,
    install: input.options['install'] !== false,
    only: readJudges(listOf(input, 'judge')),
  };
}

function readJudges(names: readonly string[]): readonly JudgeName[] {
  const unknown = names.find((name) => !judgeNames.some((known) => known === name));
  if (unknown !== undefined)
    throw new FactoryError('usage', `'${unknown}' is no judge; accepted: ${judgeNames.join(', ')}`);
  return names.length === 0 ? judgeNames : judgeNames.filter((name) => names.includes(name));
}

function isWanted(input: CommandInput): (cell: ReturnType<typeof listCellsOf>[number]) => boolean {
  const given = (name: string) => findText(input, name);
  return (cell) => {
    const parts = {
      arch: cell.arch,
      source: sourceWord(cell.kind),
      builder: cell.builder,
      provider: cell.provider,
      platform: factsOf(cell.builder).platform,
    };
    return Object.entries(parts).every(([name, value]) => given(name) === undefined || given(name) === value);
  };
}
