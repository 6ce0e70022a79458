import type { BuildPlan } from '../../../flows/image-build/plan.ts';
import type { BuildResult } from '../../../flows/image-build/request.ts';
import { fromBundleOption } from '../../bundle-path.ts';
import {
  type Command,
  type CommandContext,
  type CommandInput,
  configOption,
  dryRunOption,
  isSet,
} from '../../command.ts';
import type { ResolvedCell } from '../../resolve-cell.ts';
import { formatTable } from '../../view/table.ts';
import { cellOptions, formatOption } from './options.ts';

export const imageBuild: Command = {
  noun: 'image',
  verb: 'build',
  summary: 'build an image, seal it, boot it to verify it, and write its formats',
  args: [{ name: '<image>', description: 'name from the catalog (`hnf image list`)' }],
  options: [
    formatOption,
    { flags: '-o, --output <dir>', description: 'folder for the artifacts (default: out)' },
    ...cellOptions,
    { flags: '--accelerator <name>', description: 'how QEMU runs', choices: ['auto', 'kvm', 'hvf', 'tcg'] },
    { flags: '--ssh-ports <range>', description: 'loopback ports for SSH to the build machine (default: 2222-4444)' },
    fromBundleOption,
    { flags: '--force', description: 'on a vCenter: replace a template or machine of the same name' },
    { flags: '--no-cache', description: 'make every layer again' },
    { flags: '--resume', description: 'go on after the last whole layer of a stopped build (the default)' },
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf image build debian12-lab --format qcow2,raw,ova',
    'hnf image build debian12-lab --kubernetes 1.34.3 --format ova -o images',
    'hnf image build ubuntu24 --format vsphere,ova --builder vsphere-iso',
    'hnf image build debian12-lab --from-bundle lab.tar',
  ],
  async run(context, input) {
    const { resolveCell } = await import('../../resolve-cell.ts');
    const cell = await resolveCell(context, input, { build: true });
    const outcome =
      cell.spec.builder === 'qemu'
        ? await runQemuBuild(context, input, cell)
        : await (await import('../../run-vsphere-build.ts')).runVsphereBuild(context, input, cell);
    if ('plan' in outcome) printPlan(context, outcome.plan, isSet(input, 'json'));
    else if (isSet(input, 'json')) context.printJson(outcome.result);
    else {
      const { formatBuildResult } = await import('../../view/build-result.ts');
      context.print(formatBuildResult(outcome.result, context.cwd));
    }
    return 0;
  },
};

async function runQemuBuild(
  context: CommandContext,
  input: CommandInput,
  cell: ResolvedCell,
): Promise<{ plan: BuildPlan } | { result: BuildResult }> {
  const { resolveBuild } = await import('../../resolve-build.ts');
  const { readLogins } = await import('../../read-logins.ts');
  const logins = cell.spec.profile.preload.length === 0 ? undefined : await readLogins(context);
  const request = resolveBuild(context, input, cell, logins);
  if (isSet(input, 'dryRun')) {
    const { planBuild } = await import('../../../flows/image-build/plan.ts');
    return { plan: await planBuild(request, context) };
  }
  const { buildImage } = await import('../../../flows/image-build/build-image.ts');
  const { showOperation } = await import('../../view/show-operation.ts');
  const { buildPhases } = await import('../../../flows/image-build/phase-log.ts');
  const options = { phases: buildPhases, quiet: isSet(input, 'json') };
  return { result: await showOperation(buildImage(request, context), context, options) };
}

function printPlan(context: CommandContext, plan: BuildPlan, json: boolean): void {
  if (json) {
    context.printJson(plan);
    return;
  }
  const rows = plan.steps.map((step) => [step.name, step.action, step.path ?? step.key?.slice(0, 12) ?? '']);
  const identity = plan.identity?.slice(0, 12) ?? '(what it is made of is known when the source is there)';
  context.print(`${plan.image} ${identity}\n${formatTable(['step', 'would', ''], rows)}`);
}
