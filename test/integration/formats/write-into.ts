// Run by full-disk.test.ts as a process of its own: writes an OVA and prints `written` or the error's code.
import { FactoryError } from '../../../src/core/errors.ts';
import { writeOva } from '../../../src/formats/write-ova.ts';
import { sampleMachine, sampleTime } from '../../formats/sample.ts';

const [rawPath = '', ovaPath = ''] = process.argv.slice(2);
try {
  await writeOva({ machine: sampleMachine, rawPath, ovaPath, mtimeSeconds: sampleTime });
  process.stdout.write('written\n');
} catch (error) {
  process.stdout.write(`${error instanceof FactoryError ? error.code : error}\n`);
}
