import { regionNames } from '../config/aws-regions.ts';
import { findCidrFault } from '../config/cluster-cidr.ts';
import { suggestion } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { findUrlFault } from '../config/host-name.ts';
import { findAuthorityFault } from './cluster-authority.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';

type Cluster = NonNullable<NonNullable<DecodedConfig['spec']>['cluster']>;
type Found = Omit<Fault, 'path' | 'code'> | undefined;

export function listClusterFaults({ spec }: DecodedConfig): Fault[] {
  const cluster = spec?.cluster ?? {};
  const found: readonly [string, Found][] = [
    ['name', findNameFault(cluster.name ?? '')],
    ['region', findRegionFault(cluster.region ?? '')],
    ['apiServerEndpoint', findEndpointFault(cluster.apiServerEndpoint ?? '', cluster.region)],
    ['certificateAuthority', findAuthorityFault(cluster.certificateAuthority ?? '')],
    ['cidr', findCidrFault(cluster.cidr ?? '')],
  ];
  const faults = found.flatMap(([key, fault]): Fault[] =>
    fault === undefined ? [] : [{ path: ['spec', 'cluster', key], code: `cluster.${key}`, ...fault }],
  );
  return [...faults, ...listIncompleteFaults(cluster)];
}

function findNameFault(name: string): Found {
  if (name === '') return { message: 'is missing; accepted: the name of the EKS cluster' };
  if (/^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/.test(name)) return undefined;
  const accepted = 'letters, digits, hyphens and underscores, at most 100, a letter or digit first';
  const hint = name.startsWith('arn:') ? 'Give the name, not the ARN.' : undefined;
  return { message: `${quote(name)} is no name EKS accepts; accepted: ${accepted}`, hint };
}

function findRegionFault(region: string): Found {
  if (region === '') return { message: "is missing; accepted: the cluster's AWS region" };
  if (regionNames.includes(region)) return undefined;
  const zone = /^(.*-\d)[a-z]$/.exec(region)?.[1] ?? '';
  const similar = regionNames.includes(zone) ? `; did you mean '${zone}'?` : suggestion(region, regionNames);
  return { message: `${quote(region)} is no AWS region${similar}` };
}

function findEndpointFault(endpoint: string, region: string | undefined): Found {
  if (endpoint === '') return undefined;
  const fault = findUrlFormFault(endpoint);
  if (fault !== undefined) return { message: `${quote(endpoint)} ${fault}; accepted: https:// and a host name` };
  const own = /\.([a-z]{2,4}(?:-[a-z]+)+-\d+)\.eks\.amazonaws\.com/.exec(new URL(endpoint).hostname)?.[1];
  if (own === undefined || region === undefined || own === region || !regionNames.includes(region)) return undefined;
  return { message: `is in ${own}, and spec.cluster.region is ${quote(region)}; accepted: both the same` };
}

function findUrlFormFault(endpoint: string): string | undefined {
  if (/\s/.test(endpoint) || !URL.canParse(endpoint)) return 'is no address';
  const { protocol, username, password, pathname, search, hash } = new URL(endpoint);
  if (protocol !== 'https:') return 'is not https';
  if (username !== '' || password !== '') return 'holds a user name or a password';
  if (pathname !== '/' || search !== '' || hash !== '') return 'has a path';
  return findUrlFault(endpoint) === undefined ? undefined : 'has no host name';
}

/** One or two of the three save nothing. */
function listIncompleteFaults(cluster: Cluster): Fault[] {
  const keys = ['apiServerEndpoint', 'certificateAuthority', 'cidr'] as const;
  const missing = keys.filter((key) => (cluster[key] ?? '') === '');
  if (missing.length === 0 || missing.length === keys.length) return [];
  const message = `lacks ${missing.join(' and ')}: nodeadm asks EKS unless all three are there`;
  return [{ path: ['spec', 'cluster'], code: 'cluster.incomplete', severity: 'warning', message, about: 'key' }];
}
