import { describe, expect, it } from 'vitest';
import { inventoryComponents } from '../../src/mirror/components.ts';
import { checksumText, compareVersions, itemPath, mergeInventories } from '../../src/mirror/inventory.ts';
import { sampleInventory, sampleItem, sampleRelease } from './sample.ts';

describe('mirror/inventory', () => {
  it('gives every artifact its place', () => {
    expect(sampleInventory().items.map(itemPath)).toEqual([
      'artifacts/kubelet/1.34.2/amd64/kubelet',
      'artifacts/kubectl/1.34.2/amd64/kubectl',
      'artifacts/cni-plugins/1.8.0/amd64/cni-plugins.tgz',
      'artifacts/ecr-credential-provider/1.34.0/amd64/ecr-credential-provider',
      'artifacts/aws-iam-authenticator/0.7.5/amd64/aws-iam-authenticator',
      'artifacts/aws_signing_helper/1.4.0/amd64/aws_signing_helper',
      'nodeadm/1.0.19/amd64/nodeadm',
    ]);
  });

  it('writes checksums as sha256sum does: hex, two spaces, name', () => {
    expect(checksumText(sampleItem('cni-plugins'))).toMatch(/^[0-9a-f]{64} {2}cni-plugins\.tgz\n$/);
  });

  it('keeps what a mirror has and replaces what comes anew', () => {
    const added = {
      ...sampleInventory(),
      releases: [sampleRelease('1.34.10')],
      items: [sampleItem('kubelet', { version: '1.34.10' }), sampleItem('nodeadm', { sha256: 'f'.repeat(64) })],
    };
    const merged = mergeInventories(sampleInventory(), added);
    expect(merged.releases.map((release) => release.kubernetes)).toEqual(['1.34.2', '1.34.10']);
    expect(merged.items.filter((item) => item.name === 'kubelet').map((item) => item.version)).toEqual([
      '1.34.2',
      '1.34.10',
    ]);
    expect(merged.items.filter((item) => item.name === 'nodeadm').map((item) => item.sha256)).toEqual(['f'.repeat(64)]);
    expect(merged.items).toHaveLength(8);
  });

  it('compares versions by number', () => {
    expect(['1.34.10', '1.34.9', '1.4.0', '1.34.2'].toSorted(compareVersions)).toEqual([
      '1.4.0',
      '1.34.2',
      '1.34.9',
      '1.34.10',
    ]);
  });

  it('lists components for the SBOM without paths of this machine', () => {
    const components = inventoryComponents(sampleInventory());
    expect(components).toHaveLength(7);
    expect(JSON.stringify(components)).not.toContain('/nowhere');
    expect(components[0]).toMatchObject({ name: 'kubelet', version: '1.34.2', arch: 'amd64', licence: 'Apache-2.0' });
  });

  it('gives what AWS publishes a generic package URL with its address and checksum', () => {
    const source = 'https://hybrid-assets.eks.amazonaws.com/a/nodeadm';
    const item = sampleItem('nodeadm', { origin: 'aws', source, sha256: 'a'.repeat(64) });
    const [component] = inventoryComponents({ ...sampleInventory(), items: [item] });
    expect(component?.purl).toBe(
      `pkg:generic/nodeadm@1.0.19?checksum=sha256%3A${'a'.repeat(64)}&download_url=https%3A%2F%2Fhybrid-assets.eks.amazonaws.com%2Fa%2Fnodeadm`,
    );
  });
});
