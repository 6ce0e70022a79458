import { createServer } from 'node:net';
import { FactoryError } from '../core/errors.ts';

export interface PortRange {
  min: number;
  max: number;
}

/**
 * Packer looks for a free port in its range without ever giving up, so we look first and hand it a range that starts at a free one.
 * @throws FactoryError `busy` when the whole range is taken.
 */
export async function findPortRange(range: PortRange, what: string): Promise<PortRange> {
  const size = range.max - range.min + 1;
  const start = range.min + Math.floor(Math.random() * size);
  for (let step = 0; step < size; step += 1) {
    const port = range.min + ((start - range.min + step) % size);
    if (await isFree(port)) return { min: port, max: range.max };
  }
  const message = `no free port on 127.0.0.1 for ${what} between ${range.min} and ${range.max}`;
  throw new FactoryError('busy', message, { hint: 'End what listens there, or give another range with --ssh-ports.' });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
