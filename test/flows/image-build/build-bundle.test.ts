import { describe, expect, it } from 'vitest';
import { findBundledArtifacts, hasImage, hasPackages } from '../../../src/flows/image-build/build-bundle.ts';
import { emptyContent } from '../../../src/mirror/bundle/bundle-manifest.ts';
import type { Bundle } from '../../../src/mirror/bundle/check-files.ts';
import type { Inventory, MirrorItem, MirrorRelease } from '../../../src/mirror/inventory.ts';
import { findCell } from '../../render/cells.ts';

const lab = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');

const item = (name: MirrorItem['name'], version: string, arch: MirrorItem['arch'] = 'amd64'): MirrorItem => ({
  ...{ name, version, arch, origin: 'go', source: 'x', sha256: 'x', bytes: 1, licence: 'x', gzip: false, file: 'x' },
});

const release = (kubernetes: string): MirrorRelease => ({
  kubernetes,
  arch: 'amd64',
  artifacts: {
    kubelet: kubernetes,
    kubectl: kubernetes,
    'cni-plugins': '1.8.0',
    'ecr-credential-provider': '1.34.0',
    'aws-iam-authenticator': '0.7.5',
  },
});

const inventory: Inventory = {
  regions: {},
  releases: [release('1.34.2'), release('1.34.3')],
  items: [
    item('kubelet', '1.34.2'),
    item('kubelet', '1.34.3'),
    item('kubelet', '1.34.2', 'arm64'),
    item('nodeadm', lab.nodeadm.version),
    item('nodeadm', '1.0.0'),
    item('aws_signing_helper', '1.4.0'),
  ],
};

function bundleWith(content: Partial<typeof emptyContent>): { bundle: Bundle } {
  const manifest = {
    format: 'hnf-bundle/1' as const,
    identity: '',
    content: { ...emptyContent, ...content },
    members: [],
  };
  return { bundle: { folder: '/x', manifest } };
}

describe('flows/image-build/build-bundle', () => {
  it('takes what belongs to one release, and nothing of the others', () => {
    const found = findBundledArtifacts({ inventory }, { ...lab, kubernetes: '1.34.3' });
    expect(found?.releases.map(({ kubernetes }) => kubernetes)).toEqual(['1.34.3']);
    expect(found?.items.map(({ name, version, arch }) => `${name} ${version} ${arch}`)).toEqual([
      'kubelet 1.34.3 amd64',
      `nodeadm ${lab.nodeadm.version} amd64`,
      'aws_signing_helper 1.4.0 amd64',
    ]);
  });

  it('says what the bundle has when it has not what is wanted, and leaves a bundle without artifacts alone', () => {
    expect(() => findBundledArtifacts({ inventory }, { ...lab, kubernetes: '1.33.1' })).toThrow(
      /no Kubernetes 1\.33\.1 amd64 with nodeadm [\d.]+; it has 1\.34\.2 amd64, 1\.34\.3 amd64/,
    );
    const nodeadm = { ...lab.nodeadm, version: '1.0.18' };
    expect(() => findBundledArtifacts({ inventory }, { ...lab, nodeadm })).toThrow(/with nodeadm 1\.0\.18/);
    expect(findBundledArtifacts({ inventory: undefined }, lab)).toBeUndefined();
    expect(findBundledArtifacts({ inventory: { releases: [], items: [], regions: {} } }, lab)).toBeUndefined();
  });

  it('knows whether packages and images are there', () => {
    const url = lab.source.kind === 'bootstrap' ? lab.source.mirror : '';
    const packages = [{ url, suites: ['bookworm'], packages: 3 }];
    expect(hasPackages(bundleWith({ packages }), lab)).toBe(true);
    expect(hasPackages(bundleWith({}), lab)).toBe(false);
    expect(hasPackages(bundleWith({ packages }), findCell('ubuntu24-amd64-iso-qemu-iam-ra'))).toBe(false);
    const images = [{ reference: 'r.io/a:1', digest: 'x', archs: ['amd64'] }];
    expect(hasImage(bundleWith({ images }), 'r.io/a:1', 'amd64')).toBe(true);
    expect(hasImage(bundleWith({ images }), 'r.io/a:1', 'arm64')).toBe(false);
    expect(hasImage(bundleWith({ images }), 'r.io/a:2', 'amd64')).toBe(false);
  });
});
