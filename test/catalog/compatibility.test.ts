import { describe, expect, it } from 'vitest';
import { listCells } from '../../src/catalog/cells.ts';
import {
  caseOf,
  containerdSourcesFor,
  matchingRows,
  providersFor,
  supportOf,
} from '../../src/catalog/compatibility.ts';
import { compatibility } from '../../src/catalog/data/compatibility.ts';
import { cellId } from '../../src/catalog/image-spec.ts';
import { resolveImage } from '../../src/catalog/resolve-image.ts';
import { configOf, messagesOf } from './sample.ts';

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

  it('refuses IAM Roles Anywhere with a nodeadm that refuses the system', () => {
    const old = { nodeadm: { version: '1.0.3' }, provider: 'iam-ra' } as const;
    expect(messagesOf({ extends: 'ubuntu20', ...old })[0]).toContain('it refuses IAM Roles Anywhere on Ubuntu 20.04');
    expect(messagesOf({ extends: 'rhel8', ...old })[0]).toContain('accepted: 1.0.4 or newer');
    expect(messagesOf({ extends: 'ubuntu22', ...old })).toEqual([]);
  });
});
