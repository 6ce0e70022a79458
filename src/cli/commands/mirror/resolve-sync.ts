import { resolve } from 'node:path';
import type { Arch, CredentialProvider } from '../../../catalog/image-spec.ts';
import { FactoryError } from '../../../core/errors.ts';
import { silentEmit } from '../../../core/events.ts';
import { Store } from '../../../core/store.ts';
import type { CollectContext } from '../../../mirror/collect.ts';
import { createGoBuilder } from '../../../mirror/go-builder.ts';
import type { ItemOrigin } from '../../../mirror/inventory.ts';
import type { SyncRequest } from '../../../mirror/sync.ts';
import { createToolsContext } from '../../../tools/context.ts';
import { hostPlatform } from '../../../tools/platform.ts';
import { pinnedVersions } from '../../../tools/table.ts';
import { findCacheFolder } from '../../cache-folder.ts';
import { type CommandContext, type CommandInput, findText, isSet, listOf } from '../../command.ts';

/** The request a command line means, and the world to carry it out in. @throws FactoryError `usage` */
export async function resolveSync(
  context: CommandContext,
  input: CommandInput,
): Promise<{ request: SyncRequest; collect: CollectContext }> {
  const pinned = pinnedVersions();
  const request: SyncRequest = {
    folder: resolve(context.cwd, findText(input, 'output') ?? 'mirror'),
    kubernetes: parseVersions(listOf(input, 'kubernetes'), pinned.kubelet),
    archs: parseArchs(listOf(input, 'arch')),
    provider: (findText(input, 'provider') ?? 'iam-ra') as CredentialProvider,
    nodeadmVersion: parseFull('--nodeadm', findText(input, 'nodeadm') ?? pinned.nodeadm),
    origin: (findText(input, 'origin') ?? 'auto') as 'auto' | ItemOrigin,
    baseUrl: findText(input, 'baseUrl'),
    gzip: isSet(input, 'gzip'),
  };
  return { request, collect: await createCollectContext(context, input) };
}

async function createCollectContext(context: CommandContext, input: CommandInput): Promise<CollectContext> {
  const { exec, log, clock, signal, env } = context;
  const store = new Store(await findCacheFolder(context, input));
  const tools = createToolsContext({ exec, log, clock, emit: silentEmit, env, signal, store });
  const label = { operation: 'mirror sync', subject: 'mirror', phase: 'collect' };
  return { log, clock, signal, env, store, emit: silentEmit, label, builder: createGoBuilder(tools) };
}

function parseVersions(given: readonly string[], fallback: string): string[] {
  const versions = given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  for (const version of versions) {
    if (/^\d+\.\d+(\.\d+)?$/.test(version)) continue;
    throw new FactoryError(
      'usage',
      `--kubernetes '${version}' is no version; accepted is e.g. 1.34.2 or 1.34, without v`,
    );
  }
  return versions.length === 0 ? [fallback] : [...new Set(versions)];
}

function parseFull(option: string, version: string): string {
  if (/^\d+\.\d+\.\d+$/.test(version)) return version;
  throw new FactoryError('usage', `${option} '${version}' is no version; accepted is e.g. 1.0.19, without v`);
}

function parseArchs(given: readonly string[]): Arch[] {
  const archs = given.flatMap((text) => text.split(','));
  for (const arch of archs) {
    if (arch === 'amd64' || arch === 'arm64') continue;
    throw new FactoryError('usage', `--arch '${arch}' is unknown; accepted are amd64 and arm64`);
  }
  return archs.length === 0 ? [hostPlatform().arch] : ([...new Set(archs)] as Arch[]);
}
