import { describe, expect, it } from 'vitest';
import { UploadLog } from '../../../src/flows/vsphere-build/uploads.ts';

const sha1 = '8f14e45fceea167a5a36dedd4bea2543aaaaaaaa';

function logOf(...lines: string[]): UploadLog {
  const log = new UploadLog();
  for (const line of lines) log.feed(line);
  return log;
}

describe('flows/vsphere-build/uploads', () => {
  it('keeps a whole installer and gives the seed up', () => {
    const log = logOf(
      `Uploading ${sha1}.iso to [ds 1] packer_cache...`,
      'Remote cache directory does not exist; creating [ds 1] packer_cache...',
      'Uploading packer123.iso to [ds 1] packer_cache...',
      'Creating virtual machine...',
    );
    const there = [`packer_cache/${sha1}.iso`, 'packer_cache/packer123.iso', 'packer_cache/packer124.iso'];
    expect(log.leftovers(there)).toEqual(['packer_cache/packer123.iso']);
  });

  it('gives an installer up that was cut off', () => {
    const log = logOf(`Uploading ${sha1}.iso to [ds] packer_cache...`);
    expect(log.leftovers([`packer_cache/${sha1}.iso`])).toEqual([`packer_cache/${sha1}.iso`]);
  });

  it('takes making the folder for a part of the upload', () => {
    const log = logOf(
      'Uploading a.iso to [ds] packer_cache...',
      'Remote cache directory does not exist; creating [ds] packer_cache...',
    );
    expect(log.leftovers(['packer_cache/a.iso'])).toEqual(['packer_cache/a.iso']);
  });

  it('finds a seed whose name Packer took for a part of a secret', () => {
    const log = logOf(
      'Uploading packer<sensitive>68<sensitive>9.iso to [ds] packer_cache...',
      'Cloning virtual machine...',
    );
    expect(log.leftovers(['packer_cache/packer16819.iso', 'packer_cache/packer2.iso'])).toEqual([
      'packer_cache/packer16819.iso',
    ]);
  });

  it('leaves two files alone that could both be meant', () => {
    const log = logOf('Uploading packer<sensitive>.iso to [ds] packer_cache...', 'Cloning virtual machine...');
    expect(log.leftovers(['packer_cache/packer1.iso', 'packer_cache/packer2.iso'])).toEqual([]);
  });

  it('knows of nothing that was there before', () => {
    const log = logOf(
      'Skipping upload, [ds] packer_cache/packer9.iso already exists in remote cache...',
      'Uploading ./scripts/power-off.sh => /tmp/',
    );
    expect(log.uploads).toEqual([]);
  });

  it('has nothing to remove that is gone', () => {
    expect(logOf('Uploading packer1.iso to [ds] packer_cache...', 'x').leftovers([])).toEqual([]);
  });
});
