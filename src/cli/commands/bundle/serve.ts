import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Bundle } from '../../../mirror/bundle/check-files.ts';
import type { MirrorServer } from '../../../mirror/server.ts';
import { type Command, type CommandContext, type CommandInput, configOption, findText, isSet } from '../../command.ts';

export const bundleServe: Command = {
  noun: 'bundle',
  verb: 'serve',
  summary: 'serve a bundle on the isolated side: the artifact mirror, packages, container images',
  args: [{ name: '<bundle>', description: 'the file, or the folder it was unpacked into' }],
  options: [
    { flags: '--listen <address>', description: 'HOST:PORT or PORT, port 0 is any free one (default: 127.0.0.1:8080)' },
    {
      flags: '--base-url <url>',
      description: "address written into nodeadm's manifest (default: the one each client used to ask)",
    },
    configOption,
  ],
  json: true,
  examples: ['hnf bundle serve lab.tar', 'hnf bundle serve /srv/bundle --listen 192.0.2.10:8080'],
  async run(context, input) {
    const { defaultListen, isLoopback, parseBaseUrl, parseListen } = await import('../../../mirror/base-url.ts');
    const { withBundleServer } = await import('../../../mirror/bundle/serve-bundle.ts');
    const listen = parseListen(findText(input, 'listen') ?? defaultListen);
    const given = findText(input, 'baseUrl');
    const options = { ...listen, ...(given === undefined ? {} : { baseUrl: parseBaseUrl(given) }) };
    const bundle = await open(context, input);
    if (!isLoopback(listen.host)) context.log.warn('the bundle is reachable from outside, unencrypted, for anybody');
    await withBundleServer(bundle, options, serveContext(context), async (server) => {
      const { url, host, port } = server;
      const { identity } = bundle.manifest;
      const addresses = listAddresses(bundle, server);
      if (isSet(input, 'json')) context.printJson({ url, host, port, folder: bundle.folder, identity, ...addresses });
      else context.print(formatAddresses(url, addresses));
      if (!context.signal.aborted) await once(context.signal, 'abort');
    });
    return 0;
  },
};

async function open(context: CommandContext, input: CommandInput): Promise<Bundle> {
  const { openBundle } = await import('../../../mirror/bundle/open-bundle.ts');
  const { findCacheFolder } = await import('../../cache-folder.ts');
  const { Store } = await import('../../../core/store.ts');
  const { root, hashes } = new Store(await findCacheFolder(context, input));
  const path = resolve(context.cwd, input.args[0] ?? '.');
  return openBundle(path, root, { hashes, signal: context.signal });
}

interface Addresses {
  manifest: string | null;
  aptProxy: string | null;
  registry: string | null;
}

/** What there is to be had, and where; null: not in this bundle. */
function listAddresses({ manifest: { content } }: Bundle, { url }: MirrorServer): Addresses {
  return {
    manifest: content.kubernetes.length > 0 ? `${url}/manifest.yaml` : null,
    aptProxy: content.packages.length > 0 ? url : null,
    registry: content.images.length > 0 ? `${url}/v2/` : null,
  };
}

function formatAddresses(url: string, { manifest, aptProxy, registry }: Addresses): string {
  const lines = [
    `${url}/`,
    ...(manifest === null ? [] : [`nodeadm's manifest: ${manifest}`]),
    ...(aptProxy === null ? [] : [`apt's proxy: ${aptProxy}`]),
    ...(registry === null ? [] : [`registry: ${registry}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function serveContext(context: CommandContext) {
  const { log, signal } = context;
  const label = { operation: 'bundle serve', subject: 'bundle', phase: 'serve' };
  return { log, signal, label, emit: (event: { detail?: string }) => log.info(event.detail ?? '') };
}
