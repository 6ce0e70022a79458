import type { BottlerocketFleet, BottlerocketHost } from '../../src/bottlerocket/fleet.ts';
import { certificateAuthority } from '../nodeconfig/cases/pki.ts';

const id = '01234567-89ab-cdef-0123-456789abcdef';

export const ssmFleet: BottlerocketFleet = {
  cluster: {
    name: 'edge',
    region: 'us-west-2',
    apiServerEndpoint: 'https://ABCD.gr7.us-west-2.eks.amazonaws.com',
    certificateAuthority,
    cidr: '10.100.0.0/16',
  },
  credentials: { kind: 'ssm', activationCode: 'c0deC0deC0deC0deC0de', activationId: id },
  labels: { site: 'a' },
  taints: [],
};

export const iamRaFleet: BottlerocketFleet = {
  ...ssmFleet,
  credentials: {
    kind: 'iam-ra',
    trustAnchorArn: `arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${id}`,
    profileArn: `arn:aws:rolesanywhere:us-west-2:123456789012:profile/${id}`,
    roleArn: 'arn:aws:iam::123456789012:role/nodes',
  },
};

export const host: BottlerocketHost = { name: 'edge-1' };

export const pemHost: BottlerocketHost = {
  ...host,
  certificate: '-----BEGIN CERTIFICATE-----\nMIIB\nAAAA\n-----END CERTIFICATE-----\n',
  privateKey: '-----BEGIN PRIVATE KEY-----\nMIIC\nBBBB\n-----END PRIVATE KEY-----\n',
};

export function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
