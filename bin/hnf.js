#!/usr/bin/env node
// Plain JavaScript that even an old Node can read: it finds a Node that can run the rest, or says in one line what is missing.
// Nothing is imported that a Node new enough can do without: that would be a fifth of the time `hnf --help` takes.
if (isNewEnough(process.versions.node)) await import(findEntry());
else await runPinned();

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function findEntry() {
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const isCheckout = process.getBuiltinModule('node:fs').existsSync(source);
  return isCheckout ? source.href : new URL('../dist/main.js', import.meta.url).href;
}

async function runPinned() {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const pinnedNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(pinnedNode)) {
    const found = `this is Node ${process.versions.node} (${process.execPath})`;
    process.stderr.write(`hnf needs Node 22.18 or newer; ${found}.\n`);
    process.exitCode = 3;
    return;
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('error', (error) => {
    process.stderr.write(`hnf could not start ${pinnedNode}: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 130;
  });
}
