// Every benchmark, one after the other; arguments go to none of them. `npm run bench`
import { resolve } from 'node:path';
import { execa } from 'execa';

const benches = ['cli-start.ts', 'ova.ts', 'userdata.ts'];

for (const bench of benches) {
  console.log(`\n=== ${bench}`);
  const { exitCode } = await execa(process.execPath, [resolve(import.meta.dirname, bench)], {
    stdio: 'inherit',
    reject: false,
  });
  if (exitCode !== 0) process.exitCode = 1;
}
