import { appendFile, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readMirror } from '../../src/mirror/inventory-file.ts';
import { buildReleaseManifest } from '../../src/mirror/release-manifest.ts';
import { verifyMirror } from '../../src/mirror/verify-mirror.ts';
import { writeMirror } from '../../src/mirror/write-mirror.ts';
import { makeFolder, placeSample, sampleContent, sampleContext, sampleRelease } from './sample.ts';

const options = { baseUrl: 'https://mirror.example.com/eks', gzip: false };
const kubelet = 'artifacts/kubelet/1.34.2/amd64/kubelet';

async function writeSample(change: Partial<typeof options> = {}) {
  const folder = join(await makeFolder('mirror'), 'new');
  const { inventory } = await placeSample();
  const context = await sampleContext();
  const mirror = await writeMirror(inventory, folder, { ...options, ...change }, context);
  return { folder, inventory, context, mirror };
}

describe('mirror/write-mirror', () => {
  it('makes a folder of files, checksums, inventory and manifest, and nothing else', async () => {
    const { folder, mirror } = await writeSample();
    expect((await readdir(folder)).sort()).toEqual(['artifacts', 'inventory.json', 'manifest.yaml', 'nodeadm']);
    expect(await readFile(join(folder, kubelet))).toEqual(sampleContent('kubelet'));
    expect(await readFile(join(folder, `${kubelet}.sha256`), 'utf8')).toMatch(/^[0-9a-f]{64} {2}kubelet\n$/);
    const manifest = await readFile(join(folder, 'manifest.yaml'), 'utf8');
    expect(manifest).toBe(buildReleaseManifest(mirror.inventory, options.baseUrl));
    expect(manifest).toContain(`uri: "https://mirror.example.com/eks/${kubelet}"`);
    expect(await readFile(join(folder, 'inventory.json'), 'utf8')).not.toContain(folder);
    expect((await verifyMirror(folder)).findings).toEqual([]);
  });

  it('reads back as the same inventory', async () => {
    const { folder, mirror } = await writeSample();
    expect((await readMirror(folder)).inventory).toEqual(mirror.inventory);
  });

  it('writes nothing twice', async () => {
    const { folder, inventory, context } = await writeSample();
    const before = (await stat(join(folder, kubelet))).mtimeMs;
    const again = await writeMirror(inventory, folder, options, context);
    expect([again.written.length, again.unchanged.length]).toEqual([0, 7]);
    expect((await stat(join(folder, kubelet))).mtimeMs).toBe(before);
  });

  it('repairs a damaged file', async () => {
    const { folder, inventory, context } = await writeSample();
    await truncate(join(folder, kubelet), 5);
    const again = await writeMirror(inventory, folder, options, context);
    expect(again.written).toEqual([kubelet]);
    expect((await verifyMirror(folder)).whole).toBe(true);
  });

  it('adds a release to what is there and can move to another address', async () => {
    const { folder, inventory, context } = await writeSample();
    const more = { ...inventory, releases: [sampleRelease('1.34.3')] };
    const again = await writeMirror(more, folder, { ...options, baseUrl: 'http://10.1.1.1' }, context);
    expect(again.inventory.releases.map((release) => release.kubernetes)).toEqual(['1.34.2', '1.34.3']);
    expect(
      (await readFile(join(folder, 'manifest.yaml'), 'utf8')).match(/uri: "http:\/\/10\.1\.1\.1\//g),
    ).not.toBeNull();
  });

  it('adds compressed copies that unpack to the same bytes, and takes them away again', async () => {
    const { folder, inventory, context } = await writeSample({ gzip: true });
    expect(gunzipSync(await readFile(join(folder, `${kubelet}.gz`)))).toEqual(sampleContent('kubelet'));
    expect(await readFile(join(folder, 'manifest.yaml'), 'utf8')).toContain(
      `gzip_uri: "${options.baseUrl}/${kubelet}.gz"`,
    );
    expect((await verifyMirror(folder)).findings).toEqual([]);
    await writeMirror(inventory, folder, options, context);
    await expect(stat(join(folder, `${kubelet}.gz`))).rejects.toThrow('ENOENT');
    expect((await verifyMirror(folder)).findings).toEqual([]);
  });

  it('does not spread a file that changed after it was collected', async () => {
    const { inventory } = await placeSample();
    await appendFile(inventory.items[0]?.file ?? '', 'x');
    const folder = await makeFolder('mirror');
    const failed = writeMirror(inventory, folder, options, await sampleContext());
    await expect(failed).rejects.toMatchObject({
      code: 'io.failed',
      message: expect.stringContaining('collected was'),
    });
    expect(await readdir(folder)).toEqual(['artifacts']);
    expect(await readdir(join(folder, 'artifacts/kubelet/1.34.2/amd64'))).toEqual([]);
  });

  it('leaves no manifest, lock or half file when interrupted, and the next run completes the folder', async () => {
    const { inventory } = await placeSample();
    const folder = await makeFolder('mirror');
    const controller = new AbortController();
    let files = 0;
    const emit = () => {
      files += 1;
      if (files === 3) controller.abort();
    };
    const failed = writeMirror(inventory, folder, options, await sampleContext({ emit, signal: controller.signal }));
    await expect(failed).rejects.toMatchObject({ code: 'interrupted' });
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((path) => /tmp|lock|manifest|cni-plugins\.tgz/.test(path))).toEqual([]);
    await writeMirror(inventory, folder, options, await sampleContext());
    expect((await verifyMirror(folder)).findings).toEqual([]);
  });

  it('lets two writers at the same folder both have their say', async () => {
    const { inventory } = await placeSample();
    const folder = await makeFolder('mirror');
    const context = await sampleContext();
    const other = { ...inventory, releases: [sampleRelease('1.34.3')] };
    await Promise.all([inventory, other].map((each) => writeMirror(each, folder, options, context)));
    const { releases } = (await readMirror(folder)).inventory;
    expect(releases.map((release) => release.kubernetes)).toEqual(['1.34.2', '1.34.3']);
  });

  it('says plainly that the target cannot be a folder', async () => {
    const { inventory } = await placeSample();
    const file = join(await makeFolder('mirror'), 'file');
    await writeFile(file, '');
    const failed = writeMirror(inventory, file, options, await sampleContext());
    await expect(failed).rejects.toMatchObject({ code: 'io.failed' });
  });
});

describe('mirror/verify-mirror', () => {
  it('reports all damage at once', async () => {
    const { folder } = await writeSample({ gzip: true });
    const at = (path: string) => join(folder, path);
    const kubectl = 'artifacts/kubectl/1.34.2/amd64/kubectl';
    const authenticator = 'artifacts/aws-iam-authenticator/0.7.5/amd64/aws-iam-authenticator';
    const provider = 'artifacts/ecr-credential-provider/1.34.0/amd64/ecr-credential-provider';
    await writeFile(at(kubelet), sampleContent('kubelet').fill(0, 0, 1));
    await truncate(at(kubectl), 10);
    await rm(at('nodeadm/1.0.19/amd64/nodeadm'));
    await writeFile(at(`${authenticator}.sha256`), 'f'.repeat(64));
    await rm(at(`${provider}.sha256`));
    await truncate(at(`${provider}.gz`), 20);
    await rm(at(`${authenticator}.gz`));
    await appendFile(at('manifest.yaml'), '# edited\n');
    await mkdir(at('artifacts/extra'));
    await writeFile(at('artifacts/extra/file'), '');
    const verdict = await verifyMirror(folder);
    expect(verdict.whole).toBe(false);
    expect(verdict.findings.map((finding) => [finding.code, finding.path])).toEqual([
      ['file.checksum', kubelet],
      ['file.size', kubectl],
      ['checksum.missing', `${provider}.sha256`],
      ['gzip.damaged', `${provider}.gz`],
      ['checksum.differs', `${authenticator}.sha256`],
      ['gzip.missing', `${authenticator}.gz`],
      ['file.missing', 'nodeadm/1.0.19/amd64/nodeadm'],
      ['manifest.differs', 'manifest.yaml'],
      ['file.unlisted', 'artifacts/extra/file'],
    ]);
  });

  it('finds a missing manifest', async () => {
    const { folder } = await writeSample();
    await rm(join(folder, 'manifest.yaml'));
    expect((await verifyMirror(folder)).findings.map((finding) => finding.code)).toEqual(['manifest.missing']);
  });

  it('only warns about a file nobody listed', async () => {
    const { folder } = await writeSample();
    await writeFile(join(folder, 'artifacts/note.txt'), '');
    expect(await verifyMirror(folder)).toMatchObject({ whole: true, findings: [{ severity: 'warning' }] });
  });

  it.each([
    ['nothing', undefined, 'input.not-found', 'is no artifact mirror'],
    ['no JSON', '{', 'input.invalid', 'is not JSON'],
    ['another JSON', '{"format": "other"}', 'input.invalid', 'is not the inventory of a mirror'],
  ])('refuses a folder with %s', async (_, text, code, message) => {
    const folder = await makeFolder('mirror');
    if (text !== undefined) await writeFile(join(folder, 'inventory.json'), text);
    await expect(verifyMirror(folder)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('refuses an inventory that leads out of the folder', async () => {
    const { folder } = await writeSample();
    const path = join(folder, 'inventory.json');
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"1.8.0"', '"../../../../etc"'));
    await expect(readMirror(folder)).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('refuses what is not a folder', async () => {
    const folder = await makeFolder('mirror');
    await writeFile(join(folder, 'file'), '');
    await expect(verifyMirror(join(folder, 'file'))).rejects.toMatchObject({ code: 'input.not-found' });
  });
});
