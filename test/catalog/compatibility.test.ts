import { describe, expect, it } from 'vitest';
import { listMissing } from '../../src/catalog/build-needs.ts';
import { listCells } from '../../src/catalog/cells.ts';
import {
  caseOf,
  containerdSourcesFor,
  matchingRows,
  providersFor,
  supportOf,
} from '../../src/catalog/compatibility.ts';
import { compatibility } from '../../src/catalog/data/compatibility.ts';
import { cellId, type ImageSpec } from '../../src/catalog/image-spec.ts';
import { listImages } from '../../src/catalog/list-images.ts';
import { inspectImage, resolveImage } from '../../src/catalog/resolve-image.ts';
import { configOf } from './sample.ts';

describe('catalog/data/compatibility', () => {
  it.each(compatibility.map((row) => [row.id, row] as const))('%s says where and when it was read', (_id, row) => {
    expect(row.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
    expect(row.source.length).toBeGreaterThan(10);
    expect(row.reason).toMatch(/[^.]$/);
    expect(Object.keys(row.when)).not.toHaveLength(0);
  });

  it('has each row once, and none that no case can meet', () => {
    expect(new Set(compatibility.map((row) => row.id)).size).toBe(compatibility.length);
    const cases = [
      ...listCells(configOf({})).map(caseOf),
      ...listCells(configOf({ nodeadm: { containerdSource: 'docker' } })).map(caseOf),
      ...listCells(configOf({ nodeadm: { containerdSource: 'none' } })).map(caseOf),
      ...listCells(configOf({ nodeadm: { artifacts: 'mirror' } })).map(caseOf),
    ];
    const old = cases.map((item) => ({ ...item, nodeadm: '1.0.3' }));
    const met = new Set([...cases, ...old].flatMap(matchingRows).map((row) => row.id));
    const refusedCells = [
      'rhel-distro-containerd',
      'al2023-docker-containerd',
      'debian-docker-containerd',
      'debian-ssm',
    ];
    expect(compatibility.map((row) => row.id).filter((id) => !met.has(id))).toEqual(refusedCells);
  });

  it('knows the status of every cell of the catalog, with exactly one row about its system', () => {
    for (const spec of listCells(configOf({}))) {
      const systems = matchingRows(caseOf(spec)).filter((row) => row.about === 'operating-system');
      expect(systems, cellId(spec)).toHaveLength(1);
    }
  });
});

describe('catalog/compatibility', () => {
  it('leaves what works', () => {
    expect(containerdSourcesFor({ family: 'rhel', version: '9', codename: 'plow' })).toEqual(['docker', 'none']);
    expect(containerdSourcesFor({ family: 'al2023', version: '2023', codename: 'al2023' })).toEqual(['distro', 'none']);
    expect(providersFor({ family: 'debian', version: '12', codename: 'bookworm' })).toEqual(['iam-ra']);
  });

  it('tells a caveat only where it holds', () => {
    const spec = resolveImage(configOf({}), 'ubuntu20');
    const calico = { ...spec, profile: { ...spec.profile, cni: 'calico' as const } };
    expect(supportOf(spec).notes).toHaveLength(2);
    expect(supportOf(calico).notes).toHaveLength(1);
    const arm = { ...spec, arch: 'arm64' as const };
    expect(supportOf(arm).reason).toContain('ARMv8.2');
    expect(supportOf({ ...arm, kubernetes: '1.30.9' }).reason).not.toContain('ARMv8.2');
  });

  it("refuses to build IAM Roles Anywhere where AWS's signing helper does not run, and renders it with a warning", () => {
    for (const name of ['ubuntu20', 'rhel8'] as const) {
      const config = configOf({});
      const { spec, findings } = inspectImage(config, name, { provider: 'iam-ra' });
      expect(findings.map(({ severity, path }) => [severity, path.split('.').at(-1)])).toEqual([
        ['warning', 'provider'],
      ]);
      expect(supportOf(spec as ImageSpec)).toMatchObject({
        status: 'refused',
        reason: expect.stringContaining('glibc'),
      });
      const [first] = listMissing(config, spec as ImageSpec);
      expect(first).toMatchObject({ path: 'provider', message: expect.stringContaining('AWS does not support') });
      expect(listMissing(config, resolveImage(config, name)).map(({ path }) => path)).not.toContain('provider');
      const own = configOf({ nodeadm: { artifacts: 'mirror' } });
      const helped = resolveImage(own, name, { provider: 'iam-ra' });
      expect(supportOf(helped)).toMatchObject({
        status: 'works',
        reason: expect.stringContaining('linked statically'),
      });
      expect(listMissing(own, helped).map(({ path }) => path)).not.toContain('provider');
    }
    const newer = resolveImage(configOf({}), 'ubuntu22', { provider: 'iam-ra' });
    expect(supportOf(newer).status).toBe('validated');
  });

  it('lists the refused cells, so that a person sees why', () => {
    const rows = listImages(configOf({})).filter(({ status }) => status === 'refused');
    expect(new Set(rows.map(({ image, provider }) => `${image} ${provider}`))).toEqual(
      new Set(['ubuntu20 iam-ra', 'rhel8 iam-ra']),
    );
    expect(rows).toHaveLength(12);
  });
});
