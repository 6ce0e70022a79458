import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import type { PreloadedImage } from '../../../src/catalog/profile.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { silentEmit } from '../../../src/core/events.ts';
import { createExec } from '../../../src/core/exec.ts';
import { sha256 } from '../../../src/core/hash.ts';
import { silentLog } from '../../../src/core/log.ts';
import { Store } from '../../../src/core/store.ts';
import { collectImages, listBundleImages } from '../../../src/flows/bundle/collect-images.ts';
import { collectSources, listSourceUrls } from '../../../src/flows/bundle/collect-sources.ts';
import { listBundleTools } from '../../../src/flows/bundle/collect-tools.ts';
import type { BundleRequest, PartContext } from '../../../src/flows/bundle/request.ts';
import { readLayout } from '../../../src/mirror/oci/layout.ts';
import { makeSampleImage } from '../../mirror/oci/sample-image.ts';
import { type StandInRegistry, startRegistry } from '../../mirror/oci/stand-in-registry.ts';
import { findCell } from '../../render/cells.ts';

const lab = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');
const iso = findCell('ubuntu24-amd64-iso-qemu-iam-ra');
const onVcenter = findCell('rhel9-amd64-iso-vsphere-iso-iam-ra');

let registry: StandInRegistry | undefined;
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'collect-'));
}

function context(changes: Partial<PartContext> = {}): PartContext {
  const { signal } = new AbortController();
  const world = { exec: createExec(), log: silentLog, clock: systemClock, emit: silentEmit, env: {}, signal };
  const folders = { store: new Store(makeFolder()), workFolder: makeFolder() };
  return { ...world, ...folders, logins: new Map(), tell: () => {}, ...changes };
}

function request(changes: Partial<BundleRequest> = {}): BundleRequest {
  const none = { cells: [], artifacts: [], images: [], parts: [] };
  return { ...none, target: '/x.tar', toolVersion: '0', ...changes };
}

function withPreload(spec: ImageSpec, ...preload: PreloadedImage[]): ImageSpec {
  return { ...spec, profile: { ...spec.profile, preload } };
}

describe('flows/bundle', () => {
  it('brings the tools that the cells need', () => {
    expect(listBundleTools({ cells: [lab] })).toEqual(['packer', 'packer-plugin-qemu', 'ovmf-pvscsi', 'nodeadm']);
    expect(listBundleTools({ cells: [onVcenter] })).toEqual(['packer', 'packer-plugin-vsphere', 'govc', 'nodeadm']);
    expect(listBundleTools({ cells: [] })).toHaveLength(6);
  });

  it('lists each image once, with all processors it is wanted for', () => {
    const pause = { reference: 'registry.k8s.io/pause:3.10', from: { kind: 'registry' } } as const;
    const archive = { reference: 'r.io/a:1', from: { kind: 'archive', url: '/a.tar', sha256: 'x' } } as const;
    const cells = [withPreload(lab, pause, archive), withPreload({ ...lab, arch: 'arm64' }, pause)];
    const images = [{ reference: 'quay.io/cilium/cilium:v1', arch: 'amd64' as const }];
    expect(listBundleImages({ cells, images })).toEqual([
      { reference: 'quay.io/cilium/cilium:v1', archs: ['amd64'] },
      { reference: 'registry.k8s.io/pause:3.10', archs: ['amd64', 'arm64'] },
    ]);
  });

  it('makes an image layout that another program could read', async () => {
    const image = makeSampleImage();
    registry = await startRegistry(image);
    const reference = `${registry.host}/team/app:1`;
    const images = [{ reference, arch: 'amd64' as const }];
    const { files, content } = await collectImages(request({ images }), context());
    expect(content.images).toEqual([{ reference, digest: image.index, archs: ['amd64'] }]);
    expect(files.map(({ path }) => path).sort()).toEqual(
      [
        'images/oci-layout',
        'images/index.json',
        ...[...image.blobs.keys()].map((digest) => `images/blobs/${digest.replace(':', '/')}`),
      ].sort(),
    );
    const index = files.find(({ path }) => path === 'images/index.json')?.file ?? '';
    expect(await readLayout(join(index, '..'))).toEqual([
      { reference, digest: image.index, mediaType: expect.stringContaining('index') },
    ]);
  });

  it('has nothing of what lies in a vCenter, and says what it cannot bring', async () => {
    expect(listSourceUrls({ ...onVcenter, source: { kind: 'iso', url: '[ds1] iso/x.iso', checksum: null } })).toEqual(
      [],
    );
    expect(listSourceUrls(iso)).toEqual([expect.stringMatching(/^https:\/\/.*\.iso$/)]);
    const lines: string[] = [];
    const log = { ...silentLog, warn: (line: string) => void lines.push(line) };
    const without = { ...iso, source: { ...iso.source, url: null, checksum: null } } as ImageSpec;
    expect(await collectSources(request({ cells: [without, lab] }), context({ log }))).toEqual({
      files: [],
      content: { sources: [] },
    });
    expect(lines.join()).toMatch(/source of 'ubuntu24' has no address with a checksum: bring it along yourself/);
  });

  it('brings archives and media by their checksums, a file once however often it is named', async () => {
    const folder = makeFolder();
    const [file, other] = [join(folder, 'a.tar'), join(folder, 'b.tar')];
    for (const path of [file, other]) writeFileSync(path, 'an archive');
    const digest = sha256('an archive');
    const preload = [file, other].map((url, index) => {
      return { reference: `r.io/a:${index}`, from: { kind: 'archive' as const, url, sha256: digest } };
    });
    const { files, content } = await collectSources(request({ cells: [withPreload(lab, ...preload)] }), context());
    expect(files.map(({ path }) => path)).toEqual([`sources/${digest}`]);
    expect(readFileSync(files[0]?.file ?? '', 'utf8')).toBe('an archive');
    expect(content.sources).toEqual([file, other].map((url) => ({ url, sha256: digest })));
    writeFileSync(file, 'another');
    await expect(collectSources(request({ cells: [withPreload(lab, ...preload)] }), context())).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining(`the catalog says ${digest}`),
    });
  });
});
