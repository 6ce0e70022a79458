import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/findings.ts';
import { listNodeFindings } from '../../src/nodeconfig/config-findings.ts';
import { type Activation, planNodeSettings } from '../../src/nodeconfig/plan-settings.ts';
import { resolvedFrom } from '../config/sample.ts';

const id = '01234567-89ab-cdef-0123-456789abcdef';
const activation: Activation = { activationCode: 'c0deC0deC0deC0deC0de', activationId: id };
const arns = `
iamRolesAnywhere:
  trustAnchorArn: arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${id}
  profileArn: arn:aws:rolesanywhere:us-west-2:123456789012:profile/${id}
  roleArn: arn:aws:iam::123456789012:role/nodes
`;
const cluster = 'cluster: {name: edge, region: us-west-2}\n';

async function plan(yaml: string, found: Activation = {}, env: Record<string, string> = {}) {
  const { config, findings } = await resolvedFrom({ 'images.config.yaml': yaml }, env);
  expect(findings).toEqual([]);
  const planned = planNodeSettings(config, found);
  return { ...planned, paths: planned.findings.map(({ path }) => path) };
}

describe('nodeconfig/plan-settings', () => {
  it('takes the provider there are credentials for', async () => {
    expect((await plan(cluster, activation)).settings?.credentials).toEqual({ kind: 'ssm', ...activation });
    expect((await plan(cluster + arns)).settings?.credentials).toMatchObject({
      kind: 'iam-ra',
      certificatePath: '/etc/iam/pki/server.pem',
      privateKeyPath: '/etc/iam/pki/server.key',
    });
  });

  it('wants to know which when there are both, and takes what is said', async () => {
    const both = await plan(cluster + arns, activation);
    expect([both.settings, both.paths]).toEqual([undefined, ['provider']]);
    const said = await plan(cluster + arns, activation, { CREDENTIAL_PROVIDER: 'iam' });
    expect(said.settings?.credentials.kind).toBe('iam-ra');
  });

  it('names everything that is missing at once', async () => {
    expect((await plan('{}')).paths).toEqual(['cluster.name', 'cluster.region', 'provider']);
    expect((await plan('provider: ssm')).paths).toEqual([
      'cluster.name',
      'cluster.region',
      'ssm.activationCode',
      'ssm.activationId',
    ]);
    expect((await plan(`${cluster}provider: iam-ra`)).paths).toEqual([
      'iamRolesAnywhere.trustAnchorArn',
      'iamRolesAnywhere.profileArn',
      'iamRolesAnywhere.roleArn',
    ]);
  });

  it('wants a region said: images have a default, nodes do not', async () => {
    expect((await plan('cluster: {name: edge}', activation)).paths).toEqual(['cluster.region']);
    const { settings } = await plan('cluster: {name: edge}', activation, { AWS_DEFAULT_REGION: 'eu-west-1' });
    expect(settings?.cluster.region).toBe('eu-west-1');
  });

  it('finds in the config what a node would be refused for, with its place', async () => {
    const yaml = `cluster: {name: edge, region: us-west-22, cidr: 10.100.0.1/16}
iamRolesAnywhere:
  roleArn: arn:aws-cn:iam::123456789012:role/nodes
node:
  labels: {kubernetes.io/site: a, site: b}
  taints: ['a=b:NoSchedule', 'a=c:NoSchedule']
  kubelet:
    flags: ['--max-pod=5']
    config: {maxPods: '5'}
  containerd: {config: 'a = b'}
`;
    const { config } = await resolvedFrom({ 'images.config.yaml': yaml });
    const lines = listNodeFindings(config).map((finding) => formatFinding(finding).replace(/;.*/, ''));
    expect(lines).toMatchInlineSnapshot(`
      [
        "images.config.yaml:1:31: cluster.region: 'us-west-22' is no AWS region",
        "images.config.yaml:1:49: cluster.cidr: '10.100.0.1/16' is an address inside a network",
        "warning: cluster: lacks apiServerEndpoint and certificateAuthority: nodeadm asks EKS unless all three are there.",
        "images.config.yaml:9:23: node.kubelet.config.maxPods: is the text '5', and kubelet does not start with it",
        "images.config.yaml:8:13: node.kubelet.flags[0]: --max-pod is no flag of kubelet, which does not start with it",
        "images.config.yaml:10:24: node.containerd.config: is no TOML: line 1, column 5: no value of TOML: text stands in quotes.",
        "images.config.yaml:5:32: node.labels.kubernetes.io/site: label 'kubernetes.io/site' stands in Kubernetes' own name space, and kubelet does not start with it",
        "images.config.yaml:6:30: node.taints[1]: taint 'a=c:NoSchedule' stands here twice",
      ]
    `);
  });
});
