import { factsOf } from '../catalog/builders.ts';
import { type ImageListing, listImages } from '../catalog/list-images.ts';
import { checkImageName } from '../catalog/resolve-image.ts';
import { loadSettings } from '../config/read-settings.ts';
import { type CommandContext, type CommandInput, findText } from './command.ts';

/** Cells of the catalog that the arguments and options of `hnf image list` leave. @throws FactoryError for an unknown image. */
export async function listChosen(context: CommandContext, input: CommandInput): Promise<ImageListing[]> {
  const { cwd, env, secrets } = context;
  const flags = { kubernetes: findText(input, 'kubernetes') };
  const { config } = await loadSettings({ cwd, env, secrets, configFile: findText(input, 'config'), flags });
  const formats = (findText(input, 'format') ?? '').split(',').filter((format) => format !== '');
  for (const name of input.args) checkImageName(config, name);
  return listImages(config).filter(
    (row) =>
      (input.args.length === 0 || input.args.includes(row.image)) &&
      formats.every((format) => factsOf(row.builder).formats.some((given) => given === format)) &&
      filters.every((key) => input.options[key] === undefined || input.options[key] === row[key]),
  );
}

const filters = ['arch', 'source', 'builder', 'provider', 'platform'] as const;
