import { createReadStream, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256File } from '../../src/core/hash.ts';
import type { BuildResult } from '../../src/flows/image-build/request.ts';
import { runHnfProcess } from '../helpers/hnf-child.ts';
import { cacheFolder, needTime, needTools } from '../helpers/need-tools.ts';

/** The newest base layer in the cache: a bootable disk with cloud-init in it, as a vendor would publish it. */
async function findVendorDisk(): Promise<{ url: string; checksum: string }> {
  const bases = join(cacheFolder(), 'base');
  const disks = readdirSync(bases).map((key) => join(bases, key, 'disk.qcow2'));
  const newest = disks.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0] ?? '';
  return { url: newest, checksum: `sha256:${await sha256File(newest)}` };
}

describe('long/cloud-image', () => {
  let server: Server;
  afterAll(() => server?.close());
  const cwd = mkdtempSync(join(tmpdir(), 'cloud-'));
  const temp = mkdtempSync('/tmp/hnf-cloud-');

  beforeEach(async (context) => {
    needTime(context);
    await needTools(context, 'packer', 'packer-plugin-qemu', 'qemu-img', 'mmdebstrap', 'xorriso');
  });

  beforeAll(async () => {
    if (process.env['HNF_TIER'] !== 'all') return;
    const vendor = await findVendorDisk();
    server = createServer((_, response) => createReadStream(vendor.url).pipe(response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/disk.qcow2`;
    const image = {
      os: { family: 'debian', version: '12' },
      source: { kind: 'cloudImage', ...vendor },
      nodeadm: { artifacts: 'mirror' },
      disk: { sizeGiB: 5 },
      hardware: { memoryMiB: 2048 },
    };
    const images = {
      cloudy: { ...image, packages: ['tree'], source: { kind: 'cloudImage', url, checksum: 'none' } },
      broken: { ...image, packages: ['no-such-package-here'] },
    };
    writeFileSync(join(cwd, 'images.config.json'), JSON.stringify({ images }));
  });

  it('builds both layers with Packer from what a server gives, nobody says what, and verifies the result', async () => {
    const args = ['image', 'build', 'cloudy', '--format', 'qcow2', '-o', 'out', '--json', '--allow-unverified'];
    const run = await runHnfProcess(args, { cwd, temp });
    expect(`${run.exitCode} ${run.stderr}`).toMatch(/^0 /);
    const result = JSON.parse(run.stdout) as BuildResult;
    expect(result.verify.failed).toBe(0);
    expect(result.phases.find((phase) => phase.name === 'base layer')).toMatchObject({ cached: false });
    const manifest = readdirSync(join(cwd, 'out')).find((name) => name.endsWith('.manifest.json')) ?? '';
    const { spec } = JSON.parse(readFileSync(join(cwd, 'out', manifest), 'utf8')) as { spec: { source: unknown } };
    expect(spec.source).toMatchObject({ checksum: 'none', found: (await findVendorDisk()).checksum });
    expect(run.stderr).toContain('is used without a checksum');
  });

  it('ends with the package manager’s words when a provisioner fails, and leaves nothing', async () => {
    const run = await runHnfProcess(['image', 'build', 'broken', '--format', 'qcow2', '-o', 'out'], { cwd, temp });
    expect([run.exitCode, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatch(/error: the base layer failed while 'packages'/);
    expect(run.stderr).toMatch(/packer log: .*broken-1\.34\.2\.logs\/base\.packer\.log/);
    expect(run.stderr).toMatch(/hint: A package of the catalog is not in the distribution/);
    expect(readdirSync(temp)).toEqual([]);
    expect(
      readdirSync(join(cwd, 'out')).filter((name) => name.startsWith('broken') && !name.endsWith('.logs')),
    ).toEqual([]);
  });
});
