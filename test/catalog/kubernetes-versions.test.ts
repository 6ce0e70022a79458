import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareVersions, findPatch, pinnedKubernetes, pinnedNodeadm } from '../../src/catalog/kubernetes-versions.ts';
import { defaults } from '../../src/config/defaults.ts';
import { packageRoot } from '../../src/core/package-root.ts';

describe('catalog/kubernetes-versions', () => {
  it('has a Go module for every pinned version', () => {
    expect(pinnedKubernetes.length).toBeGreaterThan(1);
    const missing = pinnedKubernetes.filter(
      (version) => !existsSync(join(packageRoot(), 'tools/go', `kubernetes-${version}`, 'go.sum')),
    );
    expect(missing).toEqual([]);
  });

  it('pins what is the default', () => {
    expect(pinnedKubernetes).toContain(defaults.kubernetes);
    expect(pinnedNodeadm).toContain(defaults.nodeadm.version);
  });

  it('finds the newest patch by number, not by text', () => {
    expect(findPatch('1.34', ['1.34.9', '1.34.10', '1.33.12'])).toBe('1.34.10');
    expect(findPatch('1.3', ['1.34.9'])).toBeUndefined();
    expect(findPatch('1.35.7', [])).toBe('1.35.7');
  });

  it('compares numbers', () => {
    expect(compareVersions('1.0.9', '1.0.19')).toBeLessThan(0);
    expect(compareVersions('1.1', '1.1.0')).toBe(0);
    expect(compareVersions('2.0', '1.99.99')).toBeGreaterThan(0);
  });
});
