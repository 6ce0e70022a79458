import { enableCompileCache } from 'node:module';

// With the rest of what we keep, and not in the folder for temporary files, where it would look like something left behind.
const { HOME, XDG_CACHE_HOME } = process.env;
const cacheRoot = XDG_CACHE_HOME || (HOME === undefined ? undefined : `${HOME}/.cache`);
if (cacheRoot !== undefined) enableCompileCache(`${cacheRoot}/hybrid-node-factory/compiled`);
const { runCli } = await import('./run-cli.ts');

process.stdout.on('error', endOnClosedPipe);
process.stderr.on('error', endOnClosedPipe);

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
});

/** `hnf … | head` is no failure of ours. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
