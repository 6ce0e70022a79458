import type { BundleContext, BundleRequest } from '../../../flows/bundle/request.ts';
import {
  type Command,
  type CommandContext,
  type CommandInput,
  configOption,
  dryRunOption,
  isSet,
} from '../../command.ts';
import { formatTable } from '../../view/table.ts';
import { cellOptions } from '../image/options.ts';

export const bundleCreate: Command = {
  noun: 'bundle',
  verb: 'create',
  summary: 'pack tools, artifacts, packages and container images into one checked file for a site without internet',
  args: [{ name: '[image...]', description: 'images that shall be built there (default: tools and artifacts only)' }],
  options: [
    { flags: '-o, --output <file>', description: 'a .tar or .tar.gz (default: bundle.tar)' },
    {
      flags: '--image <reference>',
      description: 'a container image to bring along, besides those that profiles preload; may be given several times',
      repeat: true,
    },
    { flags: '--without <list>', description: 'comma-separated: tools, artifacts, packages, images, sources' },
    ...cellOptions,
    configOption,
    dryRunOption,
  ],
  json: true,
  examples: [
    'hnf bundle create debian12-lab -o lab.tar',
    'hnf bundle create rhel9 --without sources --image registry.k8s.io/pause:3.10 -o rhel9.tar.gz',
  ],
  async run(context, input) {
    const { resolveCreate } = await import('./resolve-create.ts');
    const request = await resolveCreate(context, input);
    if (isSet(input, 'dryRun')) {
      const { planBundle } = await import('../../../flows/bundle/plan-bundle.ts');
      const plan = planBundle(request);
      if (isSet(input, 'json')) context.printJson({ target: request.target, plan });
      else
        context.print(
          `would write ${request.target}\n${formatTable(
            ['part', 'what'],
            plan.map(({ part, what }) => [part, what]),
          )}`,
        );
      return 0;
    }
    const { createBundle, bundlePhases } = await import('../../../flows/bundle/create-bundle.ts');
    const { showOperation } = await import('../../view/show-operation.ts');
    const { formatCreated } = await import('./show-bundle.ts');
    const operation = createBundle(request, await createContext(context, input, request));
    const quiet = isSet(input, 'json');
    const { manifest, ...created } = await showOperation(operation, context, { phases: bundlePhases, quiet });
    if (quiet) context.printJson({ ...created, identity: manifest.identity, content: manifest.content });
    else context.print(formatCreated({ ...created, manifest }));
    return 0;
  },
};

async function createContext(context: CommandContext, input: CommandInput, request: BundleRequest) {
  const { Store } = await import('../../../core/store.ts');
  const { findCacheFolder } = await import('../../cache-folder.ts');
  const { readLogins } = await import('../../read-logins.ts');
  const { listBundleImages } = await import('../../../flows/bundle/collect-images.ts');
  const hasImages = request.parts.includes('images') && listBundleImages(request).length > 0;
  const logins: BundleContext['logins'] = hasImages ? await readLogins(context) : new Map();
  return { ...context, store: new Store(await findCacheFolder(context, input)), logins };
}
