import fs, { closeSync, openSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/core/clock.ts';

/**
 * Takes one lock after another together with other processes of the same kind; ends with an error when it meets somebody inside. Some
 * are held up before each change of a file, as on a busy machine: without that, two processes hardly ever meet where it matters.
 */
const [folder = '', rounds = '0', heldUpMs = '0'] = process.argv.slice(2);
const clock: Clock = { now: () => Date.now(), sleep: (_, signal) => systemClock.sleep(2, signal) };

for (const name of ['link', 'rename', 'rm'] as const) {
  const original = fs.promises[name] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(fs.promises, { [name]: (...args: unknown[]) => delay(Number(heldUpMs)).then(() => original(...args)) });
}
syncBuiltinESMExports();
const { withFileLock } = await import('../../src/core/lock.ts');

// The parent tells everybody the time to start when all are ready.
process.stdout.write('ready\n');
const startAt = Number(await text(process.stdin));

for (let round = 0; round < Number(rounds); round += 1) {
  // All at the same time.
  await delay(Math.max(0, startAt + round * 250 - Date.now()));
  const lock = join(folder, `${round}.lock`);
  await withFileLock(lock, { what: 'contending', timeoutMs: 60_000, clock }, () => enter(join(folder, `${round}`)));
}

async function enter(name: string): Promise<void> {
  closeSync(openSync(`${name}.inside`, 'wx'));
  const count = Number(readFileSync(`${name}.count`, 'utf8'));
  await delay(20);
  writeFileSync(`${name}.count`, String(count + 1));
  unlinkSync(`${name}.inside`);
}
