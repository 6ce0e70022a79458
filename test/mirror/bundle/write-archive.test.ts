import { describe, expect, it } from 'vitest';
import { writeArchive } from '../../../src/mirror/bundle/write-archive.ts';
import { makeBundle, writingContext } from './sample.ts';

describe('mirror/bundle/write-archive', () => {
  it('ends when nothing more can be written', async () => {
    const { manifest, files } = await makeBundle();
    const byPath = new Map(files.map(({ path, file }) => [path, file]));
    const job = { temporary: '/dev/full', manifest, byPath };
    for (const gzip of [false, true])
      await expect(writeArchive({ ...job, gzip }, writingContext())).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
