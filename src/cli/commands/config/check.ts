import type { Settings } from '../../../config/read-settings.ts';
import { FactoryError } from '../../../core/errors.ts';
import { type Command, type CommandContext, type CommandInput, configOption, findText, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';
import { cellOptions } from '../image/options.ts';

export const configCheck: Command = {
  noun: 'config',
  verb: 'check',
  summary: 'check config, environment and images; show every value and where it came from',
  args: [{ name: '[image]', description: 'show the complete values of this image instead' }],
  options: [...cellOptions, configOption],
  json: true,
  examples: [
    'hnf config check',
    'hnf config check debian12-lab',
    'hnf config check rhel9 --arch arm64 --source cloud-image',
    'K8S_VERSION=1.34 hnf config check --json',
  ],
  async run(context, input) {
    const { report, what } = await buildReport(context, input);
    if (isSet(input, 'json')) {
      context.printJson(report);
      return report.valid ? 0 : 2;
    }
    const { configError, formatFinding } = await import('../../../config/findings.ts');
    for (const finding of report.findings) {
      if (finding.severity === 'warning') context.progress(`${formatFinding(finding)}\n`);
    }
    if (!report.valid) throw configError(what, report.findings);
    const rows = report.values.map(({ path, value, origin }) => [path, value, origin]);
    context.print(formatTable(['value', 'is', 'from'], rows));
    return 0;
  },
};

async function buildReport({ cwd, env, secrets }: CommandContext, input: CommandInput) {
  const { readSettings } = await import('../../../config/read-settings.ts');
  const { mergeFindings } = await import('../../../catalog/check-config.ts');
  const { hasErrors, sortFindings } = await import('../../../config/findings.ts');
  checkOptions(input);
  const configFile = findText(input, 'config');
  const settings = await readSettings({ cwd, env, secrets, configFile, flags: input.options });
  const { values, about } = await explain(settings, input);
  const findings = sortFindings(mergeFindings(settings, about));
  const report = { valid: !hasErrors(findings), file: settings.loaded.path ?? null, values, findings };
  return { report, what: settings.loaded.file ?? 'the settings' };
}

/** All values of the config, or those of one image as a command with these options would have them. */
async function explain({ config, merged, environment }: Settings, input: CommandInput) {
  const image = input.args[0];
  if (image === undefined) {
    const { listImageFindings } = await import('../../../catalog/check-config.ts');
    const { listValues } = await import('../../../config/list-values.ts');
    const { listBottlerocketFindings, usesBottlerocket } = await import('../../../bottlerocket/config-findings.ts');
    const { listNodeFindings } = await import('../../../nodeconfig/config-findings.ts');
    const bottlerocket = usesBottlerocket(config) ? listBottlerocketFindings(config) : [];
    const about = [...listImageFindings(config), ...listNodeFindings(config), ...bottlerocket];
    return { values: listValues(config, merged, environment), about };
  }
  const { checkImageName, inspectImage } = await import('../../../catalog/resolve-image.ts');
  const { listImageValues } = await import('../../../catalog/list-image-values.ts');
  const { cellRequest } = await import('../../resolve-cell.ts');
  checkImageName(config, image);
  const inspection = inspectImage(config, image, cellRequest(config, input));
  return { values: listImageValues(config, inspection), about: inspection.findings };
}

/** The others set values of the config, which can be looked at without an image. */
function checkOptions(input: CommandInput): void {
  const given = ['source', 'platform'].find((name) => input.options[name] !== undefined);
  if (input.args.length > 0 || given === undefined) return;
  throw new FactoryError('usage', `--${given} is about one image, and none is named`, {
    hint: `Name it: hnf config check IMAGE --${given} ${findText(input, given)}.`,
  });
}
