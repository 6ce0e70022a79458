import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FactoryError } from '../../src/core/errors.ts';
import { type CollectContext, collectArtifacts, planCollection } from '../../src/mirror/collect.ts';
import { artifactNames } from '../../src/mirror/inventory.ts';
import type { CollectRequest } from '../../src/mirror/plan-artifacts.ts';
import { type AwsStandIn, startAwsStandIn } from './aws-stand-in.ts';
import { makeFolder, sampleContent, sampleContext, sampleVersions } from './sample.ts';

const request: CollectRequest = {
  kubernetes: '1.34.2',
  arch: 'amd64',
  provider: 'iam-ra',
  nodeadmVersion: '1.0.19',
};

/** Port 9 (discard) of loopback: refused at once. */
const nowhere = 'http://127.0.0.1:9';
const standIns: AwsStandIn[] = [];

afterEach(() => {
  for (const standIn of standIns.splice(0)) standIn.stop();
});

async function aws(): Promise<AwsStandIn> {
  const standIn = await startAwsStandIn();
  standIns.push(standIn);
  return standIn;
}

async function context(change: Partial<CollectContext> = {}): Promise<CollectContext> {
  const folder = await makeFolder('built');
  return {
    ...(await sampleContext()),
    assetsUrl: nowhere,
    builder: {
      versionFor: (name, kubernetes) => (name.startsWith('kube') ? kubernetes : sampleVersions[name]),
      sourceOf: (name, version) => `pkg:golang/example.com/${name}@v${version}`,
      async build(name, version) {
        const file = join(folder, name);
        await writeFile(file, sampleContent(name));
        return { file, origin: 'go', source: `pkg:golang/example.com/${name}@v${version}` };
      },
    },
    ...change,
  };
}

describe('mirror/collect', () => {
  it('takes what AWS publishes, with its checksums, versions and regions', async () => {
    const { url } = await aws();
    const inventory = await collectArtifacts(request, await context({ assetsUrl: url }));
    expect(inventory.items.map((item) => [item.name, item.version, item.origin])).toEqual([
      ['kubelet', '1.34.2', 'aws'],
      ['kubectl', '1.34.2', 'aws'],
      ['cni-plugins', 'eks-1.34.2-2026-05-01', 'aws'],
      ['ecr-credential-provider', 'eks-1.34.2-2026-05-01', 'aws'],
      ['aws-iam-authenticator', 'eks-1.34.2-2026-05-01', 'aws'],
      ['aws_signing_helper', '1.10.0', 'aws'],
      ['nodeadm', '1.0.19', 'aws'],
    ]);
    for (const item of inventory.items) expect(await readFile(item.file)).toEqual(sampleContent(item.name));
    expect(inventory.items[0]?.source).toBe(`${url}/1.34.2/2026-05-01/kubelet`);
    expect(inventory.items.at(-1)?.source).toBe(`${url}/releases/v1.0.19/bin/linux/amd64/nodeadm`);
    expect(inventory.releases).toMatchObject([{ kubernetes: '1.34.2', releaseDate: '2026-05-01' }]);
    expect(inventory.regions['il-central-1']?.ecrAccountId).toBe('066635153087');
  });

  it('resolves a minor to its latest patch', async () => {
    const { url } = await aws();
    const { plan } = await planCollection({ ...request, kubernetes: '1.34' }, await context({ assetsUrl: url }));
    expect(plan.release.kubernetes).toBe('1.34.2');
  });

  it('downloads a file once: the next run finds it by its checksum', async () => {
    const { url, asked } = await aws();
    const shared = await context({ assetsUrl: url });
    await collectArtifacts(request, shared);
    asked.length = 0;
    await collectArtifacts(request, shared);
    expect(asked.filter((path) => !path.endsWith('.sha256'))).toEqual(['/manifest.yaml']);
  });

  it('builds everything here when AWS cannot be reached, and says so', async () => {
    const lines: string[] = [];
    const log = { debug() {}, warn() {}, info: (line: string) => void lines.push(line) };
    const inventory = await collectArtifacts(request, await context({ log }));
    expect(inventory.items.map((item) => item.origin)).toEqual(artifactNames.map(() => 'go'));
    expect(inventory.items[0]?.source).toBe('pkg:golang/example.com/kubelet@v1.34.2');
    expect(lines.join()).toMatch(/building the artifacts here: .*127\.0\.0\.1:9.* could not be fetched/);
  });

  it('builds here what AWS does not publish, unless AWS is insisted on', async () => {
    const { url } = await aws();
    const other = { ...request, kubernetes: '1.35.1' };
    const inventory = await collectArtifacts(other, await context({ assetsUrl: url }));
    expect(inventory.releases).toMatchObject([{ kubernetes: '1.35.1' }]);
    await expect(planCollection({ ...other, origin: 'aws' }, await context({ assetsUrl: url }))).rejects.toMatchObject({
      code: 'input.invalid',
      message: "AWS publishes no Kubernetes '1.35.1'; accepted are 1.34.2",
    });
  });

  it('does not ask AWS when told to build', async () => {
    const { url, asked } = await aws();
    await collectArtifacts({ ...request, origin: 'go' }, await context({ assetsUrl: url }));
    expect(asked).toEqual([]);
  });

  it('leaves the helper out for SSM', async () => {
    const inventory = await collectArtifacts({ ...request, provider: 'ssm', origin: 'go' }, await context());
    expect(inventory.items.map((item) => item.name)).not.toContain('aws_signing_helper');
  });

  it('does not fall back when a published file is damaged: that is worth a stop', async () => {
    const standIn = await aws();
    standIn.replaced.set('/1.34.2/2026-05-01/kubectl', Buffer.from('not kubectl'));
    const failed = collectArtifacts(request, await context({ assetsUrl: standIn.url }));
    await expect(failed).rejects.toMatchObject({
      code: 'check.failed',
      message: expect.stringContaining('published is'),
    });
  });

  it('refuses a minor that only AWS could resolve', async () => {
    const failed = collectArtifacts({ ...request, kubernetes: '1.34' }, await context());
    await expect(failed).rejects.toMatchObject({ code: 'input.invalid', hint: expect.stringContaining('1.34.2') });
  });

  it.each([
    ['nonsense: [', 'is not YAML'],
    ['{}', 'is not a release manifest'],
    ['supported_eks_releases: [{major_minor_version: "../x"}]', 'is not a release manifest'],
  ])('tells what is wrong with a manifest like %s', async (text, message) => {
    const standIn = await aws();
    standIn.replaced.set('/manifest.yaml', Buffer.from(text));
    const failed = planCollection({ ...request, origin: 'aws' }, await context({ assetsUrl: standIn.url }));
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toBeInstanceOf(FactoryError);
  });
});
