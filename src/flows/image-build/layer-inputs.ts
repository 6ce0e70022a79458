import type { Store, StoreContext } from '../../core/store.ts';
import type { TemplateSet } from '../../render/template-set.ts';
import type { BuildBundle } from './build-bundle.ts';
import type { BuildTools } from './build-tools.ts';
import type { Identities } from './identities.ts';
import type { PhaseHandle } from './phase-log.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** What both layers of a build are made from. */
export interface LayerInputs {
  request: BuildRequest;
  identities: Identities;
  templates: TemplateSet;
  store: Store;
  tools: BuildTools;
  context: BuildContext;
  /** Where a source lies that was downloaded for this build alone (found-source.ts). */
  sourceFile?: string | undefined;
  /** What everything is taken from instead of the network. */
  bundle?: BuildBundle | undefined;
  /** Where logs are kept, whatever happens. */
  logFolder: string;
}

/** How a layer is looked up in the store. */
export function layerContext({ context, request }: LayerInputs, handle: PhaseHandle): StoreContext {
  const onWait = (holder: string) => handle.progress(`waiting for ${holder}`);
  return { log: context.log, signal: context.signal, onWait, fresh: !request.useCache };
}
