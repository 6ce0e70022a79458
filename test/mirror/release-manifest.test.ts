import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { buildRegionTable } from '../../src/mirror/regions.ts';
import { buildReleaseManifest } from '../../src/mirror/release-manifest.ts';
import { sampleInventory, sampleItem, sampleRelease } from './sample.ts';

const base = 'http://10.0.2.2:8123';

describe('mirror/release-manifest', () => {
  it('is nodeadm’s format, every string quoted', () => {
    const one = {
      ...sampleInventory(),
      items: [sampleItem('kubelet'), sampleItem('aws_signing_helper', { gzip: true })],
    };
    expect(buildReleaseManifest(one, base)).toMatchInlineSnapshot(`
      "supported_eks_releases:
        - major_minor_version: "1.34"
          latest_patch_version: "2"
          patch_releases:
            - version: "1.34.2"
              patch_version: "2"
              artifacts:
                - name: "kubelet"
                  arch: "amd64"
                  os: "linux"
                  uri: "http://10.0.2.2:8123/artifacts/kubelet/1.34.2/amd64/kubelet"
                  checksum_uri: "http://10.0.2.2:8123/artifacts/kubelet/1.34.2/amd64/kubelet.sha256"
      iam_roles_anywhere_releases:
        - version: "v1.4.0"
          artifacts:
            - name: "aws_signing_helper"
              arch: "amd64"
              os: "linux"
              uri: "http://10.0.2.2:8123/artifacts/aws_signing_helper/1.4.0/amd64/aws_signing_helper"
              checksum_uri: "http://10.0.2.2:8123/artifacts/aws_signing_helper/1.4.0/amd64/aws_signing_helper.sha256"
              gzip_uri: "http://10.0.2.2:8123/artifacts/aws_signing_helper/1.4.0/amd64/aws_signing_helper.gz"
      ssm_releases: []
      region_config:
        us-west-2:
          ecr_account_id: "602401143452"
          partition: "aws"
          dns_suffix: "amazonaws.com"
          cred_providers:
            iam-ra: true
            ssm: true
      "
    `);
  });

  it('gives the same bytes whatever order things were collected in', () => {
    const inventory = sampleInventory();
    const shuffled = { ...inventory, items: inventory.items.toReversed(), releases: inventory.releases.toReversed() };
    expect(buildReleaseManifest(shuffled, base)).toBe(buildReleaseManifest(inventory, base));
  });

  it('groups patches and architectures and names the newest patch by number', () => {
    const text = buildReleaseManifest(
      {
        ...sampleInventory(),
        releases: [
          sampleRelease('1.34.10'),
          sampleRelease('1.34.9'),
          sampleRelease('1.34.9', 'arm64'),
          sampleRelease('1.33.1'),
        ],
        items: [
          sampleItem('kubelet', { version: '1.34.9' }),
          sampleItem('kubelet', { version: '1.34.9', arch: 'arm64' }),
          sampleItem('kubelet', { version: '1.34.10' }),
        ],
      },
      base,
    );
    const manifest = load(text) as never as {
      supported_eks_releases: {
        major_minor_version: string;
        latest_patch_version: string;
        patch_releases: { version: string; artifacts: { arch: string }[] }[];
      }[];
    };
    const [older, newer] = manifest.supported_eks_releases;
    expect(older?.major_minor_version).toBe('1.33');
    expect(newer).toMatchObject({ major_minor_version: '1.34', latest_patch_version: '10' });
    expect(newer?.patch_releases.map((patch) => [patch.version, patch.artifacts.map((item) => item.arch)])).toEqual([
      ['1.34.9', ['amd64', 'arm64']],
      ['1.34.10', ['amd64']],
    ]);
  });

  it('has one helper release even without a helper: nodeadm stops at an empty list', () => {
    const items = sampleInventory().items.filter((item) => item.name !== 'aws_signing_helper');
    const manifest = load(buildReleaseManifest({ ...sampleInventory(), items }, base)) as Record<string, unknown>;
    expect(manifest['iam_roles_anywhere_releases']).toEqual([{ version: 'v0.0.0', artifacts: [] }]);
  });

  it('keeps an account number with a leading zero as text', () => {
    const text = buildReleaseManifest({ ...sampleInventory(), regions: buildRegionTable() }, base);
    expect(text).toContain('ecr_account_id: "066635153087"');
    for (const account of text.matchAll(/ecr_account_id: (.*)/g)) expect(account[1]).toMatch(/^"\d{12}"$/);
  });
});
