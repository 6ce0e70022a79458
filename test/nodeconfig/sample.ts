import type { NodeSettings } from '../../src/nodeconfig/settings.ts';

const id = '01234567-89ab-cdef-0123-456789abcdef';

export const ssmSettings: NodeSettings = {
  cluster: { name: 'edge', region: 'us-west-2' },
  credentials: { kind: 'ssm', activationCode: 'c0deC0deC0deC0deC0de', activationId: id },
  labels: {},
  taints: [],
  kubelet: { config: {}, flags: [] },
};

export const iamRaSettings: NodeSettings = {
  ...ssmSettings,
  credentials: {
    kind: 'iam-ra',
    trustAnchorArn: `arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${id}`,
    profileArn: `arn:aws:rolesanywhere:us-west-2:123456789012:profile/${id}`,
    roleArn: 'arn:aws:iam::123456789012:role/nodes',
    certificatePath: '/etc/iam/pki/server.pem',
    privateKeyPath: '/etc/iam/pki/server.key',
  },
};
