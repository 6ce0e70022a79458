import type { RenderedFile } from '../../core/rendered-file.ts';
import type { Store } from '../../core/store.ts';
import type { BuildTools } from './build-tools.ts';
import type { Identities } from './identities.ts';
import type { BuildContext, BuildRequest } from './request.ts';

/** What both layers of a build are made from. */
export interface LayerInputs {
  request: BuildRequest;
  identities: Identities;
  /** The rendered Packer folder. */
  files: readonly RenderedFile[];
  store: Store;
  tools: BuildTools;
  context: BuildContext;
  /** Where logs are kept, whatever happens. */
  logFolder: string;
}
