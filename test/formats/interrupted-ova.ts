// Run by write-ova.test.ts as a process of its own: writes an OVA, interrupts it in the middle, prints the error's code.
import { FactoryError } from '../../src/core/errors.ts';
import { writeOva } from '../../src/formats/write-ova.ts';
import { sampleMachine, sampleTime } from './sample.ts';

const [rawPath = '', ovaPath = ''] = process.argv.slice(2);
const stop = new AbortController();
try {
  await writeOva({
    machine: sampleMachine,
    rawPath,
    ovaPath,
    mtimeSeconds: sampleTime,
    workers: 2,
    signal: stop.signal,
    onProgress: ({ doneBytes, totalBytes }) => {
      if (doneBytes > totalBytes / 3) stop.abort();
    },
  });
  process.stdout.write('finished\n');
} catch (error) {
  process.stdout.write(`${error instanceof FactoryError ? error.code : error}\n`);
}
