import { describe, expect, it } from 'vitest';
import { listCells, listCellsOf } from '../../src/catalog/cells.ts';
import { cellId } from '../../src/catalog/image-spec.ts';
import { listImages } from '../../src/catalog/list-images.ts';
import { inspectImage, resolveImage } from '../../src/catalog/resolve-image.ts';
import { configOf, configWith, messagesOf, ubuntu } from './sample.ts';

const builtin = listCells(configOf({})).map(cellId);

/** The matrix, written out: image → architecture → source → builders. */
const twelve = {
  amd64: { iso: ['qemu', 'vsphere-iso'], 'cloud-image': ['qemu', 'vsphere-clone'] },
  arm64: { iso: ['qemu'], 'cloud-image': ['qemu'] },
};
const matrix: Record<string, Record<string, Record<string, readonly string[]>>> = {
  ubuntu20: twelve,
  ubuntu22: twelve,
  ubuntu24: twelve,
  rhel8: twelve,
  rhel9: twelve,
  al2023: { amd64: { 'cloud-image': ['qemu', 'vsphere-clone'] }, arm64: { 'cloud-image': ['qemu'] } },
};

describe('catalog/cells', () => {
  it('has every cell of the matrix, and the labs with IAM Roles Anywhere only', () => {
    const wanted = Object.entries(matrix).flatMap(([image, arches]) =>
      Object.entries(arches).flatMap(([arch, sources]) =>
        Object.entries(sources).flatMap(([source, builders]) =>
          builders.flatMap((builder) => ['ssm', 'iam-ra'].map((p) => `${image}/${arch}/${source}/${builder}/${p}`)),
        ),
      ),
    );
    const labs = [11, 12, 13].map((version) => `debian${version}-lab/amd64/bootstrap/qemu/iam-ra`);
    const netinst = 'debian12-netinst/amd64/iso/qemu/iam-ra';
    expect([...builtin].sort()).toEqual([...wanted, ...labs, netinst].sort());
    expect(builtin).toHaveLength(70);
  });

  it('gives each cell the spec of that cell, whatever environment and flags say', async () => {
    const config = await configWith(
      { NODEADM_ARCH: 'arm', CREDENTIAL_PROVIDER: 'iam' },
      {},
      { builder: 'vsphere-iso' },
    );
    expect(listCells(config).map(cellId)).toEqual(builtin);
  });

  it('keeps what an image of the config says itself', () => {
    const own = { extends: 'ubuntu24', arch: 'arm64', provider: 'iam-ra' } as const;
    const config = configOf({
      provider: 'ssm',
      images: { web: own, clone: { extends: 'ubuntu24', builder: 'vsphere-clone' } },
    });
    const ids = listCells(config).map(cellId);
    expect(ids.filter((id) => id.startsWith('web/'))).toEqual([
      'web/arm64/iso/qemu/iam-ra',
      'web/arm64/cloud-image/qemu/iam-ra',
    ]);
    expect(ids.filter((id) => id.startsWith('clone/'))).toEqual([
      'clone/amd64/cloud-image/vsphere-clone/ssm',
      'clone/amd64/cloud-image/vsphere-clone/iam-ra',
    ]);
  });

  it('lists an image without a built-in one by its own source', () => {
    expect(listCellsOf(configOf({ images: { web: ubuntu } }), 'web')).toHaveLength(6);
  });
});

describe('catalog/choose-cell', () => {
  const config = configOf({});
  const chosen = (name: string, request = {}) => cellId(resolveImage(config, name, request));

  it("takes the row's source and QEMU where nothing is asked for", () => {
    expect(chosen('ubuntu24')).toBe('ubuntu24/amd64/iso/qemu/ssm');
    expect(chosen('al2023')).toBe('al2023/amd64/cloud-image/qemu/ssm');
    expect(chosen('debian12-lab')).toBe('debian12-lab/amd64/bootstrap/qemu/iam-ra');
  });

  it('picks the builder of a platform by the source, and the source by the builder', () => {
    expect(chosen('ubuntu24', { platform: 'vsphere' })).toBe('ubuntu24/amd64/iso/vsphere-iso/ssm');
    expect(chosen('al2023', { platform: 'vsphere' })).toBe('al2023/amd64/cloud-image/vsphere-clone/ssm');
    expect(chosen('rhel9', { platform: 'vsphere', source: 'cloud-image' })).toBe(
      'rhel9/amd64/cloud-image/vsphere-clone/ssm',
    );
    expect(chosen('rhel9', { builder: 'vsphere-clone' })).toBe('rhel9/amd64/cloud-image/vsphere-clone/ssm');
    expect(chosen('rhel9', { builder: 'qemu', source: 'cloud-image', arch: 'arm64', provider: 'iam-ra' })).toBe(
      'rhel9/arm64/cloud-image/qemu/iam-ra',
    );
  });

  it('lets --platform beat a builder that only stands in the config', () => {
    const vsphere = configOf({ builder: 'vsphere-iso' });
    expect(resolveImage(vsphere, 'ubuntu24').builder).toBe('vsphere-iso');
    expect(resolveImage(vsphere, 'ubuntu24', { platform: 'qemu' }).builder).toBe('qemu');
    const flagged = configOf({}, { builder: 'vsphere-iso' });
    expect(inspectImage(flagged, 'ubuntu24', { platform: 'qemu' }).findings.map(({ message }) => message)).toEqual([
      "'vsphere-iso' builds on vsphere, not on 'qemu'; accepted: --platform vsphere",
    ]);
  });

  const pairs: readonly (readonly [string, string, object, readonly string[]])[] = [
    ['arm64 on vsphere-iso', 'ubuntu24', { arch: 'arm64', builder: 'vsphere-iso' }, ['arch']],
    ['arm64 on vSphere', 'rhel9', { arch: 'arm64', platform: 'vsphere' }, ['arch']],
    ['arm64 of the AL2023 OVA', 'al2023', { arch: 'arm64', builder: 'vsphere-clone' }, ['arch']],
    ['an installer of AL2023', 'al2023', { source: 'iso' }, ['source']],
    ['AL2023 by vsphere-iso', 'al2023', { builder: 'vsphere-iso' }, ['builder']],
    ['a cloud image by vsphere-iso', 'ubuntu24', { source: 'cloud-image', builder: 'vsphere-iso' }, ['builder']],
    ['an ISO by vsphere-clone', 'ubuntu24', { source: 'iso', builder: 'vsphere-clone' }, ['builder']],
    ['a bootstrap source of Ubuntu', 'ubuntu24', { source: 'bootstrap' }, ['source']],
    ['a lab image on vSphere', 'debian12-lab', { platform: 'vsphere' }, ['builder']],
    ['a source nobody knows', 'ubuntu24', { source: 'floppy' }, ['source']],
  ];
  it.each(pairs)('refuses %s once, with what works', (_what, name, request, paths) => {
    const { findings } = inspectImage(config, name, request);
    expect(findings.map(({ path }) => path.split('.').at(-1))).toEqual(paths);
    for (const { message, hint } of findings) {
      expect(message).toContain('accepted: ');
      expect(hint).toMatch(/^Use /);
    }
  });

  it('reports several wrong things at once', () => {
    const messages = messagesOf({
      extends: 'rhel9',
      builder: 'vsphere-clone',
      source: { kind: 'iso' },
      arch: 'arm64',
      kubernetes: '1.29.1',
      nodeadm: { containerdSource: 'distro', version: '1.0.17' },
      disk: { sizeGiB: 10 },
    });
    expect(messages.map((text) => text.split(' ')[1]?.replace('images.web.', ''))).toEqual([
      'builder',
      'arch',
      'disk.sizeGiB',
      'nodeadm.containerdSource',
      'nodeadm.version',
      'kubernetes',
    ]);
  });
});

describe('catalog/draft-source', () => {
  const sourceOf = (config = configOf({}), name = 'ubuntu24', request = {}) =>
    resolveImage(config, name, request).source;

  it('has a pinned installer of each Ubuntu and architecture, and asks for those of RHEL', () => {
    for (const name of ['ubuntu20', 'ubuntu22', 'ubuntu24']) {
      for (const arch of ['amd64', 'arm64'] as const) {
        const source = sourceOf(undefined, name, { arch });
        expect(source).toMatchObject({
          kind: 'iso',
          checksum: expect.stringMatching(/^(sha256:[0-9a-f]{64}|file:https:)/),
        });
        expect(JSON.stringify(source)).toContain(`live-server-${arch}.iso`);
      }
    }
    expect(sourceOf(undefined, 'rhel9')).toEqual({ kind: 'iso', url: null, checksum: null });
  });

  it('gives vsphere-clone the OVA its template is made of', () => {
    expect(sourceOf(undefined, 'ubuntu24', { builder: 'vsphere-clone' })).toMatchObject({
      url: expect.stringMatching(/amd64\.ova$/),
      template: null,
    });
    expect(sourceOf(undefined, 'al2023', { builder: 'vsphere-clone' })).toMatchObject({
      url: expect.stringMatching(/vmware_esx.*\.ova$/),
    });
  });

  it("takes the seeds' variables for the source they are about", async () => {
    const config = await configWith({
      ISO_URL: '/iso/rhel.iso',
      ISO_CHECKSUM: 'B'.repeat(64),
      CLOUD_IMAGE_URL: 'https://example.org/rhel.qcow2',
      CLOUD_IMAGE_CHECKSUM: 'file:https://example.org/SHA256SUMS',
      VSPHERE_TEMPLATE: 'templates/rhel9',
    });
    expect(sourceOf(config, 'rhel9')).toEqual({
      kind: 'iso',
      url: '/iso/rhel.iso',
      checksum: `sha256:${'B'.repeat(64)}`,
    });
    expect(sourceOf(config, 'rhel9', { source: 'cloud-image' })).toEqual({
      kind: 'cloudImage',
      url: 'https://example.org/rhel.qcow2',
      checksum: 'file:https://example.org/SHA256SUMS',
      template: 'templates/rhel9',
    });
  });

  it('takes environment over image over top of the config over the row, and never one file with the sum of another', async () => {
    const sum = (digit: string) => `sha256:${digit.repeat(64)}`;
    const written = {
      iso: { url: '/top.iso', checksum: sum('1') },
      images: { web: { extends: 'ubuntu24', source: { kind: 'iso' as const, url: '/web.iso', checksum: sum('2') } } },
    };
    expect(sourceOf(configOf(written))).toMatchObject({ url: '/top.iso', checksum: sum('1') });
    expect(sourceOf(configOf(written), 'web')).toMatchObject({ url: '/web.iso', checksum: sum('2') });
    const config = await configWith({ ISO_URL: '/env.iso', ISO_CHECKSUM: sum('3') }, written);
    expect(sourceOf(config, 'web')).toMatchObject({ url: '/env.iso', checksum: sum('3') });
    expect(messagesOf({ extends: 'ubuntu24', source: { kind: 'iso', url: '/web.iso' } })).toEqual([
      "error images.web.source.url '/web.iso' comes without a checksum; accepted: a file whose SHA-256 is known",
    ]);
  });

  it('takes a place in a vCenter for vsphere-iso and refuses it for QEMU', async () => {
    for (const url of ['[ds1] iso/u.iso', 'Library/ubuntu/u.iso']) {
      const config = await configWith({ ISO_URL: url, ISO_CHECKSUM: 'a'.repeat(64) });
      expect(sourceOf(config, 'ubuntu24', { builder: 'vsphere-iso' })).toMatchObject({ url });
      const { findings } = inspectImage(config, 'ubuntu24');
      expect(findings.map(({ source, message }) => `${source}: ${message}`)).toEqual([
        expect.stringContaining(`environment variable ISO_URL: '${url}' is a place in a vCenter`),
      ]);
    }
  });

  it("refuses 'none' unless the config insists", () => {
    const source = { kind: 'iso', url: '/web.iso', checksum: 'none' } as const;
    expect(messagesOf({ extends: 'ubuntu24', source })[0]).toContain("source.checksum 'none' leaves");
    expect(messagesOf({ extends: 'ubuntu24', source: { ...source, allowUnverified: true } })).toEqual([]);
    const config = configOf({ images: { web: { extends: 'ubuntu24', source } } }, { allowUnverified: true });
    expect(resolveImage(config, 'web').source).toMatchObject({ checksum: 'none' });
  });

  it('changes the checksum of a built-in address, and picks a source by its kind alone', () => {
    const own = { kind: 'iso', checksum: `sha256:${'4'.repeat(64)}` } as const;
    const config = configOf({
      images: {
        web: { extends: 'ubuntu24', source: own },
        cloud: { extends: 'ubuntu24', source: { kind: 'cloudImage' } },
      },
    });
    expect(sourceOf(config, 'web')).toMatchObject({ url: expect.stringContaining('24.04'), checksum: own.checksum });
    expect(cellId(resolveImage(config, 'cloud'))).toBe('cloud/amd64/cloud-image/qemu/ssm');
  });
});

describe('catalog/list-images', () => {
  it('shows an image that cannot be built as configured as refused, with the reason', () => {
    const rows = listImages(
      configOf({
        images: { web: { extends: 'debian12-lab', provider: 'ssm' }, up: ubuntu, lost: { extends: 'nowhere' } },
      }),
    );
    const own = rows.slice(70).map(({ id, status, formats }) => [id, status, formats.length]);
    expect(own[0]).toEqual(['web/amd64/bootstrap/qemu/ssm', 'refused', 0]);
    expect(own.slice(1, -1).map(([, status]) => status)).toEqual(Array.from({ length: 6 }, () => 'validated'));
    expect(own.at(-1)).toEqual(['lost/amd64/cloud-image/qemu/iam-ra', 'refused', 0]);
    expect(rows[70]?.reason).toContain("'ssm' does not work on Debian");
  });

  it('tells the status of systems past their dates, and of arm64', () => {
    const find = (id: string) => listImages(configOf({})).find((row) => row.id === id);
    expect(find('ubuntu20/amd64/iso/qemu/ssm')).toMatchObject({
      status: 'works',
      reason: expect.stringContaining('May 2025'),
    });
    expect(find('ubuntu20/amd64/iso/qemu/ssm')?.kubernetesVersions).toEqual([
      '1.30',
      '1.31',
      '1.32',
      '1.33',
      '1.34',
      '1.35',
      '1.36',
    ]);
    expect(find('ubuntu20/amd64/iso/qemu/ssm')?.reason).toContain('kernel 5.4 is too old for Cilium 1.18.3');
    expect(find('rhel8/amd64/iso/qemu/ssm')?.reason).toContain('kernel 4.18 is too old');
    expect(find('rhel9/arm64/iso/qemu/iam-ra')).toMatchObject({
      status: 'validated',
      reason: expect.stringContaining('ARMv8.2'),
    });
    expect(find('ubuntu24/amd64/iso/vsphere-iso/ssm')).toMatchObject({
      platform: 'vsphere',
      formats: ['vsphere', 'ova'],
    });
  });
});
