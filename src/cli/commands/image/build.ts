import type { BuildRequest } from '../../../flows/image-build/request.ts';
import { type Command, type CommandContext, configOption, dryRunOption, isSet } from '../../command.ts';
import { formatTable } from '../../view/table.ts';
import { cellOptions } from './options.ts';

export const imageBuild: Command = {
  noun: 'image',
  verb: 'build',
  summary: 'build an image, seal it, boot it to verify it, and write its formats',
  args: [{ name: '<image>', description: 'name from the catalog (`hnf image list`)' }],
  options: [
    {
      flags: '--format <list>',
      description: 'comma-separated: qcow2, raw, ova (default: output.formats of the catalog)',
    },
    { flags: '-o, --output <dir>', description: 'folder for the artifacts (default: out)' },
    ...cellOptions,
    { flags: '--accelerator <name>', description: 'how QEMU runs', choices: ['auto', 'kvm', 'hvf', 'tcg'] },
    { flags: '--ssh-ports <range>', description: 'loopback ports for SSH to the build machine (default: 2222-4444)' },
    { flags: '--no-cache', description: 'make every layer again' },
    { flags: '--resume', description: 'go on after the last whole layer of a stopped build (the default)' },
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf image build debian12-lab --format qcow2,raw,ova',
    'hnf image build debian12-lab --kubernetes 1.34.3 --format ova -o images',
  ],
  async run(context, input) {
    const { resolveBuild } = await import('../../resolve-build.ts');
    const request = await resolveBuild(context, input);
    if (isSet(input, 'dryRun')) return printPlan(context, request, isSet(input, 'json'));
    const { buildImage } = await import('../../../flows/image-build/build-image.ts');
    const { showOperation } = await import('../../view/show-operation.ts');
    const { buildPhases } = await import('../../../flows/image-build/phase-log.ts');
    const quiet = isSet(input, 'json');
    const result = await showOperation(buildImage(request, context), context, { phases: buildPhases, quiet });
    if (quiet) context.printJson(result);
    else {
      const { formatBuildResult } = await import('../../view/build-result.ts');
      context.print(formatBuildResult(result, context.cwd));
    }
    return 0;
  },
};

async function printPlan(context: CommandContext, request: BuildRequest, json: boolean): Promise<number> {
  const { planBuild } = await import('../../../flows/image-build/plan.ts');
  const plan = await planBuild(request, context.signal);
  if (json) {
    context.printJson(plan);
    return 0;
  }
  const rows = plan.steps.map((step) => [step.name, step.action, step.path ?? step.key?.slice(0, 12) ?? '']);
  context.print(`${plan.image} ${plan.identity.slice(0, 12)}\n${formatTable(['step', 'would', ''], rows)}`);
  return 0;
}
