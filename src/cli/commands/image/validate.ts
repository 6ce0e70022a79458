import { type Command, configOption, findText, isSet } from '../../command.ts';
import { cellFilters, kubernetesOption } from './options.ts';

export const imageValidate: Command = {
  noun: 'image',
  verb: 'validate',
  summary:
    'render images and ask the real validators: packer, pykickstart, cloud-init, shellcheck, systemd, PyYAML, and our own rules',
  args: [{ name: '[image...]', description: 'only these (default: all)' }],
  options: [
    { flags: '--all', description: 'every image of the catalog' },
    ...cellFilters,
    kubernetesOption,
    { flags: '--judge <name>', description: 'ask only this judge; can be given several times', repeat: true },
    { flags: '--junit <file>', description: 'also write a JUnit report' },
    { flags: '--markdown <file>', description: 'also write a Markdown page' },
    { flags: '--no-install', description: 'use only the tools that are there; judges without theirs are skipped' },
    { flags: '--no-cache', description: 'ask everything again, also what passed before and has not changed' },
    configOption,
  ],
  json: true,
  examples: [
    'hnf image validate --all',
    'hnf image validate ubuntu24 rhel9 --arch amd64',
    'hnf image validate --all --junit validate.xml --markdown validate.md',
  ],
  async run(context, input) {
    const { resolveValidation } = await import('../../resolve-validation.ts');
    const { toolsContextOf } = await import('../../tools-context.ts');
    const { validateImages } = await import('../../../flows/image-validate/validate-images.ts');
    const { showOperation } = await import('../../view/show-operation.ts');
    const { exitCodeFor, formatReport } = await import('../../view/validation-report.ts');
    const request = await resolveValidation(context, input);
    const json = isSet(input, 'json');
    const operation = validateImages(request, await toolsContextOf(context, input));
    const report = await showOperation(operation, { ...context, interactive: false }, { phases: [], quiet: json });
    const { writeReports } = await import('../../write-reports.ts');
    await writeReports(report, context.cwd, { junit: findText(input, 'junit'), markdown: findText(input, 'markdown') });
    if (json) context.printJson(report);
    else context.print(formatReport(report));
    return exitCodeFor(report);
  },
};
