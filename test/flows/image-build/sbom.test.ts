import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildSbom, contentsName, readContents } from '../../../src/flows/image-build/sbom.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const contents = {
  os: 'debian 12',
  kernel: '6.1',
  packages: [{ type: 'deb' as const, name: 'libstdc++6', version: '12.2.0-14+deb12u1', arch: 'amd64' }],
  programs: [{ name: 'kubelet', path: '/usr/bin/kubelet', version: '1.34.2', sha256: 'cd'.repeat(32) }],
};
const facts = { image: 'x', version: '1.34.2', identity: 'id', created: '2026-01-01T00:00:00Z', toolVersion: '0' };

function purlsOf(images: { reference: string; digest: string }[]): string[] {
  const { packages } = JSON.parse(buildSbom(facts, { ...contents, images }, []));
  return packages.flatMap(({ externalRefs = [] }) =>
    externalRefs.map(({ referenceLocator }: { referenceLocator: string }) => referenceLocator),
  );
}

describe('flows/image-build/sbom', () => {
  it('names container images as package URLs do', () => {
    const images = ['registry.k8s.io/pause:3.10', `localhost:5000/a/b@${digest}`, `r.io/c:1@${digest}`];
    const purls = purlsOf(images.map((reference) => ({ reference, digest }))).filter((purl) =>
      purl.startsWith('pkg:oci/'),
    );
    const hash = `sha256%3A${'ab'.repeat(32)}`;
    expect(purls.sort()).toEqual([
      `pkg:oci/b@${hash}?repository_url=localhost:5000/a/b`,
      `pkg:oci/c@${hash}?repository_url=r.io/c&tag=1`,
      `pkg:oci/pause@${hash}?repository_url=registry.k8s.io/pause&tag=3.10`,
    ]);
  });

  it('reads what a layer of an older hnf says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'contents-'));
    writeFileSync(join(folder, contentsName), JSON.stringify(contents));
    expect(await readContents(folder)).toEqual({ ...contents, images: [] });
  });
});
