import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findPortRange } from '../../src/packer/ports.ts';

const servers: Server[] = [];

function occupy(port = 0): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => {
      servers.push(server);
      resolve((server.address() as { port: number }).port);
    });
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('packer/ports', () => {
  it('starts the range at a port that is free', async () => {
    const taken = await occupy();
    for (let tries = 0; tries < 10; tries += 1) {
      const range = await findPortRange({ min: taken, max: taken + 3 }, 'SSH');
      expect(range.min).toBeGreaterThan(taken);
      expect(range.max).toBe(taken + 3);
    }
  });

  it('says so when all are taken', async () => {
    const taken = await occupy();
    const search = findPortRange({ min: taken, max: taken }, 'SSH');
    await expect(search).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining(`${taken}`) });
  });
});
