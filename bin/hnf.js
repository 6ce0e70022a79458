#!/usr/bin/env node
// Plain JavaScript that even an old Node can read: it finds a Node that can run the rest, or says in one line what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'cli', 'main.ts');
const entry = existsSync(source) ? source : join(root, 'dist', 'main.js');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node');

if (isNewEnough(process.versions.node)) {
  await import(pathToFileURL(entry).href);
} else if (existsSync(pinnedNode)) {
  runPinned();
} else {
  process.stderr.write(`hnf needs Node 22.18 or newer; this is Node ${process.versions.node} (${process.execPath}).\n`);
  process.exitCode = 3;
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function runPinned() {
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
