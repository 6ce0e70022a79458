import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Command, type CommandContext, findText, isSet } from '../../command.ts';

export const mirrorServe: Command = {
  noun: 'mirror',
  verb: 'serve',
  summary: 'serve a mirror over plain HTTP until it is stopped',
  args: [{ name: '<dir>', description: 'the mirror' }],
  options: [
    { flags: '--listen <address>', description: 'HOST:PORT or PORT, port 0 is any free one (default: 127.0.0.1:8080)' },
    {
      flags: '--base-url <url>',
      description: 'address written into the manifest (default: the one each client used to ask)',
    },
  ],
  json: true,
  examples: ['hnf mirror serve mirror', 'hnf mirror serve mirror --listen 192.0.2.10:8080'],
  async run(context, input) {
    const { defaultListen, isLoopback, parseBaseUrl, parseListen } = await import('../../../mirror/base-url.ts');
    const { readMirror } = await import('../../../mirror/inventory-file.ts');
    const { withMirrorServer } = await import('../../../mirror/server.ts');
    const listen = parseListen(findText(input, 'listen') ?? defaultListen);
    const baseUrl = findText(input, 'baseUrl');
    const { folder, inventory } = await readMirror(resolve(context.cwd, input.args[0] ?? '.'));
    if (!isLoopback(listen.host)) context.log.warn('the mirror is reachable from outside, unencrypted, for anybody');
    const options = { ...listen, ...(baseUrl === undefined ? {} : { baseUrl: parseBaseUrl(baseUrl) }) };
    await withMirrorServer(inventory, options, serveContext(context), async ({ url, host, port }) => {
      if (isSet(input, 'json')) context.printJson({ url, host, port, folder, manifest: `${url}/manifest.yaml` });
      else context.print(`${url}/manifest.yaml\n`);
      if (!context.signal.aborted) await once(context.signal, 'abort');
    });
    return 0;
  },
};

function serveContext(context: CommandContext) {
  const { log, signal } = context;
  const label = { operation: 'mirror serve', subject: 'mirror', phase: 'serve' };
  return { log, signal, label, emit: (event: { detail?: string }) => log.info(event.detail ?? '') };
}
