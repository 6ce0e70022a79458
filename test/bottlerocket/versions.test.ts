import { describe, expect, it } from 'vitest';
import { listImageFaults, variantFor } from '../../src/bottlerocket/versions.ts';

const good = { version: '1.61.0', variant: 'vmware-k8s-1.34', arch: 'amd64' };

describe('bottlerocket/versions', () => {
  it.each([
    good,
    { ...good, version: '1.37.0', variant: 'vmware-k8s-1.28' },
    { ...good, version: '1.47.0' },
    { ...good, version: '1.47.10' },
    { ...good, version: '2.0.0' },
    { ...good, variant: 'vmware-k8s-1.34-fips' },
    { ...good, variant: 'vmware-k8s-1.36' },
  ])('takes $version $variant', (image) => {
    expect(listImageFaults(image)).toEqual([]);
  });

  it.each([
    [{ arch: 'arm64' }, /x86_64 only/],
    [{ version: '1.36.9' }, /1\.37\.0 and newer/],
    [{ version: '1.9.0' }, /1\.37\.0 and newer/],
    [{ version: '1.46.0' }, /has no vmware-k8s-1\.34; accepted: 1\.47\.0/],
    [
      { version: '1.60.0', variant: 'vmware-k8s-1.36-fips' },
      /has no vmware-k8s-1\.36; accepted: 1\.61\.0|accepted: 1\.61\.0/,
    ],
    [{ version: 'v1.61.0' }, /without v/],
    [{ version: 'latest' }, /no release/],
    [{ variant: 'aws-k8s-1.34' }, /not supported on aws variants/],
    [{ variant: 'metal-k8s-1.34' }, /not supported on metal variants/],
    [{ variant: 'vmware-k8s-1.27' }, /1\.28 to 1\.36/],
    [{ variant: 'vmware-k8s-1.34-nvidia' }, /no variant for hybrid nodes/],
    [{ variant: 'vmware-dev' }, /no variant for hybrid nodes/],
  ])('refuses %j with a reason', (change, reason) => {
    expect(listImageFaults({ ...good, ...change }).map(({ message }) => message)).toEqual([
      expect.stringMatching(reason),
    ]);
  });

  it('names every reason at once', () => {
    const faults = listImageFaults({ version: '1.20.0', variant: 'aws-k8s-1.34', arch: 'arm64' });
    expect(faults.map(({ about }) => about)).toEqual(['arch', 'variant', 'version']);
  });

  it('picks the variant of a Kubernetes version', () => {
    expect([variantFor('1.34'), variantFor('1.34.2')]).toEqual(['vmware-k8s-1.34', 'vmware-k8s-1.34']);
  });
});
