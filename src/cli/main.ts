import { enableCompileCache } from 'node:module';

// With the rest of what we keep, and not in the folder for temporary files, where it would look like something left behind. Where it cannot be
// written Node goes on without.
const { HOME, XDG_CACHE_HOME } = process.env;
const cacheRoot = XDG_CACHE_HOME || (HOME === undefined ? undefined : `${HOME}/.cache`);
if (cacheRoot !== undefined) enableCompileCache(`${cacheRoot}/hybrid-node-factory/compiled`);
const { runCli } = await import('./run-cli.ts');

// The streams are made when they are first used: that loads a third of what an empty Node program loads.
process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => streamOf('stdout').write(text),
  stderr: (text) => streamOf('stderr').write(text),
  stdin: () => process.stdin,
  get isTerminal() {
    return streamOf('stderr').isTTY === true;
  },
});

function streamOf(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  if (stream.listenerCount('error', endOnClosedPipe) === 0) stream.on('error', endOnClosedPipe);
  return stream;
}

/** `hnf … | head` is no failure of ours. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
