import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, type CommandContext, configOption, findText, isSet } from '../../command.ts';

export const bundleServe: Command = {
  noun: 'bundle',
  verb: 'serve',
  summary: 'serve a bundle on the isolated side: the artifact mirror, packages, container images',
  args: [{ name: '<bundle>', description: 'the file, or the folder it was unpacked into' }],
  options: [
    { flags: '--listen <address>', description: 'HOST:PORT or PORT, port 0 is any free one (default: 127.0.0.1:8080)' },
    configOption,
  ],
  json: true,
  examples: ['hnf bundle serve lab.tar', 'hnf bundle serve /srv/bundle --listen 192.0.2.10:8080'],
  async run(context, input) {
    const { defaultListen, isLoopback, parseListen } = await import('../../../mirror/base-url.ts');
    const { openBundle } = await import('../../../mirror/bundle/open-bundle.ts');
    const { checkBundleFiles, withBundleServer } = await import('../../../mirror/bundle/serve-bundle.ts');
    const { findCacheFolder } = await import('../../cache-folder.ts');
    const { Store } = await import('../../../core/store.ts');
    const listen = parseListen(findText(input, 'listen') ?? defaultListen);
    const store = new Store(await findCacheFolder(context, input));
    const bundle = await openBundle(resolve(context.cwd, input.args[0] ?? '.'), store.root, context);
    await checkBundleFiles(bundle, store.hashes, context.signal);
    if (!isLoopback(listen.host)) context.log.warn('the bundle is reachable from outside, unencrypted, for anybody');
    await withBundleServer(bundle, listen, serveContext(context), async ({ url, host, port }) => {
      const addresses = { manifest: `${url}/manifest.yaml`, aptProxy: url, registry: `${url}/v2/` };
      const { identity, content } = bundle.manifest;
      if (isSet(input, 'json')) context.printJson({ url, host, port, folder: bundle.folder, identity, ...addresses });
      else
        context.print(
          [
            `${url}/`,
            ...(content.kubernetes.length > 0 ? [`nodeadm's manifest: ${addresses.manifest}`] : []),
            ...(content.packages.length > 0 ? [`apt's proxy: ${addresses.aptProxy}`] : []),
            ...(content.images.length > 0 ? [`registry: ${addresses.registry}`] : []),
            '',
          ].join('\n'),
        );
      if (!context.signal.aborted) await once(context.signal, 'abort');
    });
    return 0;
  },
};

function serveContext(context: CommandContext) {
  const { log, signal } = context;
  const label = { operation: 'bundle serve', subject: 'bundle', phase: 'serve' };
  return { log, signal, label, emit: (event: { detail?: string }) => log.info(event.detail ?? '') };
}
