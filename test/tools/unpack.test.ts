import { mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packPrograms } from '../../src/tools/pack-programs.ts';
import { readTarGzMember, readZipMember } from '../../src/tools/unpack.ts';
import { makeZip } from './zip-fixture.ts';

const program = Buffer.from('#!/bin/sh\necho hello\n'.repeat(100));

describe('tools/unpack', () => {
  it.each([0, 8] as const)('finds a member of a ZIP archive, method %i', async (method) => {
    const archive = makeZip({ 'LICENSE.txt': Buffer.from('licence'), packer: program }, method);
    expect(await readZipMember(archive, 'packer')).toEqual(program);
    await expect(readZipMember(archive, 'packe')).rejects.toMatchObject({ code: 'check.failed' });
  });

  it('refuses a damaged ZIP archive', async () => {
    const archive = makeZip({ packer: program });
    await expect(readZipMember(archive.subarray(0, archive.length - 22), 'packer')).rejects.toThrow('no ZIP archive');
    const broken = Buffer.from(archive);
    broken.fill(0xff, 40, 60);
    await expect(readZipMember(broken, 'packer')).rejects.toMatchObject({ code: 'check.failed' });
  });

  it('packs programs the same way whatever their times, and reads them back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pack-'));
    writeFileSync(join(folder, 'portmap'), Buffer.alloc(1024, 'p'));
    writeFileSync(join(folder, 'bridge'), program);
    const [first, second] = [join(folder, '../first.tgz'), join(folder, '../second.tgz')];
    await packPrograms(folder, first);
    utimesSync(join(folder, 'bridge'), 1, 1);
    await packPrograms(folder, second);
    const archive = readFileSync(first);
    expect(readFileSync(second)).toEqual(archive);
    expect(await readTarGzMember(archive, 'bridge')).toEqual(program);
    expect(await readTarGzMember(archive, 'portmap')).toEqual(Buffer.alloc(1024, 'p'));
    const header = gunzipSync(archive).subarray(0, 512);
    expect(header.toString('latin1', 0, 8)).toBe('bridge\0\0');
    expect(header.toString('latin1', 100, 108)).toBe('0000755\0');
    expect(header.toString('latin1', 257, 265)).toBe('ustar\x0000');
    await expect(readTarGzMember(archive, 'vlan')).rejects.toMatchObject({ code: 'check.failed' });
    await expect(readTarGzMember(program, 'bridge')).rejects.toThrow('no gzip file');
  });
});
