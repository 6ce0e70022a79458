import { silentEmit } from '../../core/events.ts';
import { packageRoot } from '../../core/package-root.ts';
import { Store } from '../../core/store.ts';
import { loadTemplates } from '../../render/load-templates.ts';
import { withGovc } from '../../vsphere/govc.ts';
import { outputPaths } from '../image-build/output-files.ts';
import type { BuildPlan } from '../image-build/plan.ts';
import type { BuildContext } from '../image-build/request.ts';
import { checkRequest } from './check-request.ts';
import { findFinishedOva } from './finished.ts';
import { vsphereIdentity } from './identity.ts';
import { isImage, machineName } from './names.ts';
import { machinePath } from './place.ts';
import { survey } from './preflight.ts';
import type { VsphereBuildRequest } from './request.ts';
import { requireVsphereTools } from './tools.ts';

/** What a build would do; `--dry-run`. Asks the vCenter everything the build would ask, and changes nothing. */
export async function planVsphereBuild(
  request: VsphereBuildRequest,
  world: Omit<BuildContext, 'emit'>,
): Promise<BuildPlan> {
  const context: BuildContext = { ...world, emit: silentEmit };
  const target = checkRequest(request);
  const store = new Store(request.cacheFolder);
  const identity = vsphereIdentity(request.spec, loadTemplates(packageRoot()));
  const tools = await requireVsphereTools(request, context, store);
  const name = machineName(request.spec);
  const govcWorld = { exec: context.exec, govcPath: tools.govc, signal: context.signal };
  const { place, existing } = await withGovc(target, govcWorld, (govc) =>
    survey(govc, request, target, name, context.signal),
  );
  const paths = outputPaths(request.outputFolder, request.spec);
  const hasTemplate = existing !== undefined && isImage(existing, identity) && target.contentLibrary === undefined;
  const hasOva = (await findFinishedOva(paths, identity, store)) !== undefined;
  const templatePath =
    target.contentLibrary === undefined ? machinePath(place, name) : `/${target.contentLibrary}/${name}`;
  const results = request.formats.map((format) => {
    const isThere = request.useCache && (format === 'ova' ? hasOva : hasTemplate);
    const path = format === 'ova' ? paths.artifact('ova') : templatePath;
    return { name: format, action: isThere ? ('reuse' as const) : ('make' as const), path };
  });
  const isMade = results.some(({ action }) => action === 'make');
  const machine = {
    name: 'machine',
    action: isMade ? ('make' as const) : ('reuse' as const),
    path: machinePath(place, name),
  };
  return { image: request.spec.name, identity, steps: [machine, ...results] };
}
