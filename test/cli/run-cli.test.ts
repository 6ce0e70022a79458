import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { formatError } from '../../src/cli/report-error.ts';
import { wordAbort } from '../../src/cli/run-cli.ts';
import { withInterrupt } from '../../src/core/interrupt.ts';

describe('cli/run-cli', () => {
  it('takes what Node throws on Ctrl-C for an interrupt, not for a bug', async () => {
    const said = await withInterrupt(async (signal) => {
      const endless = pipeline(
        createReadStream('/dev/zero'),
        async (chunks) => {
          for await (const _ of chunks) process.emit('SIGINT');
        },
        { signal },
      );
      return endless.catch((error: unknown) => formatError(wordAbort(error, signal)));
    });
    expect(said).toBe('interrupted\n');
  });

  it('leaves every other error as it is', () => {
    const bug = new Error('a bug');
    const own = new DOMException('a deadline of our own', 'AbortError');
    expect(wordAbort(bug, AbortSignal.abort())).toBe(bug);
    expect(wordAbort(own, new AbortController().signal)).toBe(own);
  });
});
