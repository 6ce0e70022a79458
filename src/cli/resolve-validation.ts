import { factsOf } from '../catalog/builders.ts';
import { listCellsOf, requestOf } from '../catalog/cells.ts';
import { resolveFormats } from '../catalog/formats.ts';
import { imageNames } from '../catalog/image-layers.ts';
import { sourceWord } from '../catalog/image-spec.ts';
import { checkImageName, type ImageInspection, type ImageRequest, inspectImage } from '../catalog/resolve-image.ts';
import { formatFinding, hasErrors, sortFindings } from '../config/findings.ts';
import { loadSettings } from '../config/read-settings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { FactoryError } from '../core/errors.ts';
import { packageRoot } from '../core/package-root.ts';
import { judgeNames } from '../flows/image-validate/judge-names.ts';
import type { CellRequest } from '../flows/image-validate/render-cells.ts';
import type { JudgeName } from '../flows/image-validate/types.ts';
import type { ValidationRequest } from '../flows/image-validate/validate-images.ts';
import { loadTemplates } from '../render/load-templates.ts';
import { vspherePlugins } from '../render/packer/vsphere-pins.ts';
import { type CommandContext, type CommandInput, findText, isSet, listOf } from './command.ts';
import { cellRequest } from './resolve-cell.ts';
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
  const refused: ImageInspection[] = [];
  for (const cell of wanted) {
    const inspection = inspectImage(config, cell.image, requestOf(cell));
    const { spec, findings } = inspection;
    if (spec === undefined || hasErrors(findings)) refused.push(inspection);
    else cells.push({ spec, formats: resolveFormats(config, spec).formats });
  }
  if (cells.length === 0) throw nothingLeft(refused, names, { config, input });
  if (refused.length > 0)
    log.warn(`${refused.length} cells are refused and not validated: \`hnf image list\` says why`);
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

/** With the reasons: where they stand for images that were named, each once for all of the catalog. */
function nothingLeft(
  refused: readonly ImageInspection[],
  names: readonly string[],
  { config, input }: { config: ResolvedConfig; input: CommandInput },
): FactoryError {
  const isMeant = refused.length > 0;
  const inspections = isMeant ? refused : names.map((name) => inspectImage(config, name, wantedRequest(config, input)));
  const errors = inspections.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  const message = isMeant ? 'every cell that is meant is refused' : 'no cell of the catalog is meant';
  return new FactoryError('input.invalid', message, {
    details: [...new Set(sortFindings(errors).map(input.args.length === 0 ? (error) => error.message : formatFinding))],
    hint: '`hnf image list` has all cells, and why some are refused.',
  });
}

/** As if the options picked one cell: says why there is none. */
function wantedRequest(config: ResolvedConfig, input: CommandInput): ImageRequest {
  const given = Object.fromEntries(['arch', 'builder', 'provider'].map((name) => [name, findText(input, name)]));
  return { ...cellRequest(config, input), ...given };
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
