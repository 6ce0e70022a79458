import { enableCompileCache } from 'node:module';

// With the rest of what we keep, and not in the folder for temporary files, where it would look like something left behind. Where it cannot be
// written Node goes on without.
const { HOME, XDG_CACHE_HOME } = process.env;
const cacheRoot = XDG_CACHE_HOME || (HOME === undefined ? undefined : `${HOME}/.cache`);
if (cacheRoot !== undefined) enableCompileCache(`${cacheRoot}/hybrid-node-factory/compiled`);
const { runCli } = await import('./run-cli.ts');

const { fstatSync, writeFileSync } = process.getBuiltinModule('node:fs');

// The streams are made when they are first used: that loads a third of what an empty Node program loads.
process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  env: process.env,
  stdout: (text) => write('stdout', text),
  stderr: (text) => write('stderr', text),
  stdin: () => process.stdin,
  get isTerminal() {
    return streamOf('stderr').isTTY === true;
  },
});

/** Into a file all of the text or none of it counts: Node's stream writes what a full disk takes, and says nothing (SyncWriteStream). */
function write(name: 'stdout' | 'stderr', text: string): void {
  const file = name === 'stdout' ? 1 : 2;
  if (!isFile(file)) {
    streamOf(name).write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    endWithoutOutput(error as NodeJS.ErrnoException);
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

function streamOf(name: 'stdout' | 'stderr'): NodeJS.WriteStream {
  const stream = process[name];
  if (stream.listenerCount('error', endWithoutOutput) === 0) stream.on('error', endWithoutOutput);
  return stream;
}

/** `hnf … | head` is no failure of ours. */
function endWithoutOutput(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  try {
    writeFileSync(2, `error: the output cannot be written: ${error.message}\n`);
  } catch {
    // Nor can this.
  }
  process.exit(1);
}
