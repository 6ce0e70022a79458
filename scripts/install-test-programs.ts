// Programs that only the tests call, second readers mostly. What is missing is installed by apt, as `hnf tools install` does it.
import { systemClock } from '../src/core/clock.ts';
import { silentEmit } from '../src/core/events.ts';
import { createExec } from '../src/core/exec.ts';
import { silentLog } from '../src/core/log.ts';
import { Store } from '../src/core/store.ts';
import { installPackages } from '../src/tools/apt.ts';
import { createToolsContext } from '../src/tools/context.ts';
import { cacheFolder } from '../test/helpers/need-tools.ts';

/** Debian's package, and a call that works when it is there. */
const programs: readonly { name: string; probe: readonly [string, ...string[]] }[] = [
  { name: 'genisoimage', probe: ['isoinfo', '--version'] },
  { name: 'gettext-base', probe: ['envsubst', '--version'] },
  { name: 'parted', probe: ['parted', '--version'] },
  { name: 'util-linux', probe: ['unshare', '--version'] },
  { name: 'iproute2', probe: ['ip', '-V'] },
  { name: 'dbus', probe: ['dbus-daemon', '--version'] },
  { name: 'python3-dbus', probe: ['/usr/bin/python3', '-c', 'import dbus'] },
  { name: 'python3-gi', probe: ['/usr/bin/python3', '-c', 'import gi'] },
];

const exec = createExec();
const missing: string[] = [];
for (const { name, probe } of programs) {
  const [file, ...args] = probe;
  const found = await exec.run(file, args, { timeoutMs: 30_000 }).catch(() => undefined);
  if (found === undefined) missing.push(name);
}
if (missing.length > 0) {
  console.log(`installing ${missing.join(' ')}`);
  const { signal } = new AbortController();
  const store = new Store(cacheFolder());
  const env = process.env;
  const context = { exec, log: silentLog, clock: systemClock, emit: silentEmit, env, signal, store };
  await installPackages(missing, createToolsContext(context));
}
