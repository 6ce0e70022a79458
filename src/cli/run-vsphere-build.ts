import type { BuildPlan } from '../flows/image-build/plan.ts';
import type { BuildResult } from '../flows/image-build/request.ts';
import { buildOnVsphere, vspherePhases } from '../flows/vsphere-build/build-vsphere.ts';
import { planVsphereBuild } from '../flows/vsphere-build/plan.ts';
import { findBundlePath } from './bundle-path.ts';
import { type CommandContext, type CommandInput, isSet } from './command.ts';
import type { ResolvedCell } from './resolve-cell.ts';
import { resolveVsphereBuild } from './resolve-vsphere-build.ts';
import { showOperation } from './view/show-operation.ts';

/** `hnf image build` of a cell whose builder is a vCenter. */
export async function runVsphereBuild(
  context: CommandContext,
  input: CommandInput,
  cell: ResolvedCell,
): Promise<{ plan: BuildPlan } | { result: BuildResult }> {
  const request = resolveVsphereBuild(context, input, cell);
  if (findBundlePath(context, input) !== undefined) {
    // What is served on loopback is out of reach for a machine on a vCenter.
    context.log.warn('a build on a vCenter takes nothing from the bundle by itself: see docs/air-gap.md');
  }
  if (isSet(input, 'dryRun')) return { plan: await planVsphereBuild(request, context) };
  const options = { phases: vspherePhases, quiet: isSet(input, 'json') };
  return { result: await showOperation(buildOnVsphere(request, context), context, options) };
}
