import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../src/core/hash.ts';
import { sampleContent } from './sample.ts';

export interface AwsStandIn {
  url: string;
  /** Paths asked for, in order. */
  asked: string[];
  /** Bytes served instead of the right ones. */
  replaced: Map<string, Buffer>;
  stop(): void;
}

/** Stands in for hybrid-assets.eks.amazonaws.com: its manifest's shape with fields we do not know, one release, stand-in files. */
export async function startAwsStandIn(): Promise<AwsStandIn> {
  const asked: string[] = [];
  const replaced = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const content = replaced.get(path) ?? standInFile(path, url);
    if (content === undefined) response.writeHead(404).end();
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, asked, replaced, stop };
}

function standInFile(path: string, base: string): Buffer | string | undefined {
  if (path === '/manifest.yaml') return manifestText(base);
  const name = /\/([a-z_-]+)(\.sha256)?$/.exec(path)?.[1];
  if (name === undefined || path.includes('missing')) return undefined;
  const content = sampleContent(name as never);
  return path.endsWith('.sha256') ? `${sha256(content)}  ${name}\n` : content;
}

function manifestText(base: string): string {
  const artifact = (folder: string, name: string) => `
      - name: ${name}
        arch: amd64
        os: linux
        uri: ${base}/${folder}/${name}
        checksum_uri: ${base}/${folder}/${name}.sha256
        gzip_uri: ${base}/${folder}/${name}.gz
        field_of_tomorrow: {a: 1}`;
  const names = ['kubelet', 'kubectl', 'cni-plugins', 'ecr-credential-provider', 'aws-iam-authenticator'];
  const release = (date: string) => `
    - version: 1.34.2
      patch_version: 2
      release_date: ${date}
      artifacts:${names.map((name) => artifact(`1.34.2/${date}`, name)).join('')}`;
  return `supported_eks_releases:
- major_minor_version: 1.34
  latest_patch_version: 2
  patch_releases:${release('2026-03-01')}${release('2026-05-01')}
iam_roles_anywhere_releases:
- version: 1.3.0
  artifacts:${artifact('helper/1.3.0', 'aws_signing_helper').replaceAll('\n    ', '\n  ')}
- version: 1.10.0
  artifacts:${artifact('helper/1.10.0', 'aws_signing_helper').replaceAll('\n    ', '\n  ')}
ssm_releases: null
region_config:
  il-central-1: {ecr_account_id: 066635153087, partition: aws, dns_suffix: amazonaws.com, cred_providers: {ssm: true}}
  us-west-2: {ecr_account_id: "602401143452"}
`;
}
