import { type Command, type CommandContext, type CommandInput, configOption, findText, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';

export const configCheck: Command = {
  noun: 'config',
  verb: 'check',
  summary: 'check config, environment and images; show every value and where it came from',
  args: [{ name: '[image]', description: 'show the complete values of this image instead' }],
  options: [configOption],
  json: true,
  examples: ['hnf config check', 'hnf config check debian12-lab', 'K8S_VERSION=1.34 hnf config check --json'],
  async run(context, input) {
    const { report, what } = await buildReport(context, input);
    if (isSet(input, 'json')) {
      context.printJson(report);
      return report.valid ? 0 : 2;
    }
    const rows = report.values.map(({ path, value, origin }) => [path, value, origin]);
    context.print(formatTable(['value', 'is', 'from'], rows));
    const { configError, formatFinding } = await import('../../../config/findings.ts');
    for (const finding of report.findings) {
      if (finding.severity === 'warning') context.progress(`${formatFinding(finding)}\n`);
    }
    if (!report.valid) throw configError(what, report.findings);
    return 0;
  },
};

async function buildReport({ cwd, env, secrets }: CommandContext, input: CommandInput) {
  const { readSettings } = await import('../../../config/read-settings.ts');
  const { listImageFindings, mergeFindings } = await import('../../../catalog/check-config.ts');
  const { hasErrors, sortFindings } = await import('../../../config/findings.ts');
  const settings = await readSettings({ cwd, env, secrets, configFile: findText(input, 'config') });
  const { config, merged, environment } = settings;
  const image = input.args[0];
  const { inspectImage, checkImageName } = await import('../../../catalog/resolve-image.ts');
  if (image !== undefined) checkImageName(config, image);
  const { listNodeFindings } = await import('../../../nodeconfig/config-findings.ts');
  const about =
    image === undefined
      ? [...listImageFindings(config), ...listNodeFindings(config)]
      : inspectImage(config, image).findings;
  const findings = sortFindings(mergeFindings(settings, about));
  const { listValues } = await import('../../../config/list-values.ts');
  const { listImageValues } = await import('../../../catalog/list-image-values.ts');
  const values = image === undefined ? listValues(config, merged, environment) : listImageValues(config, image);
  const report = { valid: !hasErrors(findings), file: settings.loaded.path ?? null, values, findings };
  return { report, what: settings.loaded.file ?? 'the settings' };
}
