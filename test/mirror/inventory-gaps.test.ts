import { describe, expect, it } from 'vitest';
import { findInventoryGaps } from '../../src/mirror/inventory-gaps.ts';
import { sampleInventory, sampleItem } from './sample.ts';

describe('mirror/inventory-gaps', () => {
  it('finds nothing in a whole inventory', () => {
    expect(findInventoryGaps(sampleInventory())).toEqual([]);
  });

  it('names the artifact a release lacks', () => {
    const items = sampleInventory().items.filter((item) => item.name !== 'kubectl');
    expect(findInventoryGaps({ ...sampleInventory(), items })).toEqual([
      'Kubernetes 1.34.2 for amd64 lacks kubectl 1.34.2',
    ]);
  });

  it('knows that nodeadm takes the newest helper only, whatever its architecture', () => {
    const items = [...sampleInventory().items, sampleItem('aws_signing_helper', { arch: 'arm64', version: '1.5.0' })];
    expect(findInventoryGaps({ ...sampleInventory(), items })).toEqual([
      'aws_signing_helper 1.5.0 is the newest and lacks amd64; nodeadm takes no older one',
    ]);
  });
});
