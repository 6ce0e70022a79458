import { describe, expect, it } from 'vitest';
import { buildNodeConfig } from '../../src/nodeconfig/build.ts';
import { listNodeConfigFaults } from '../../src/nodeconfig/check.ts';
import { iamRaSettings, ssmSettings } from './sample.ts';

describe('nodeconfig/build', () => {
  it('leaves out what nobody asked for', () => {
    expect(buildNodeConfig(ssmSettings, { name: 'edge-1' })).toEqual({
      apiVersion: 'node.eks.aws/v1alpha1',
      kind: 'NodeConfig',
      spec: {
        cluster: { name: 'edge', region: 'us-west-2' },
        hybrid: {
          ssm: { activationCode: 'c0deC0deC0deC0deC0de', activationId: '01234567-89ab-cdef-0123-456789abcdef' },
        },
      },
    });
  });

  it('names the node with IAM Roles Anywhere only', () => {
    const { hybrid } = buildNodeConfig(iamRaSettings, { name: 'edge-1' }).spec;
    expect(hybrid.ssm).toBeUndefined();
    expect(hybrid.iamRolesAnywhere).toMatchObject({ nodeName: 'edge-1', certificatePath: '/etc/iam/pki/server.pem' });
  });

  it("puts a host's labels, taints, address and number of pods on top", () => {
    const settings = {
      ...ssmSettings,
      labels: { site: 'a', rack: '1' },
      taints: [{ key: 'dedicated', value: 'edge', effect: 'NoSchedule' }] as const,
      maxPods: 110,
      kubelet: {
        config: { registerWithTaints: [{ key: 'gpu', effect: 'NoExecute' }], shutdownGracePeriod: '30s' },
        flags: ['--v=2'],
      },
    };
    const host = {
      name: 'edge-1',
      labels: { rack: '7' },
      taints: [
        { key: 'dedicated', value: 'db', effect: 'NoSchedule' },
        { key: 'dedicated', effect: 'NoExecute' },
      ] as const,
      ip: '10.0.0.5/24',
      maxPods: 50,
    };
    expect(buildNodeConfig(settings, host).spec.kubelet).toEqual({
      config: {
        shutdownGracePeriod: '30s',
        maxPods: 50,
        registerWithTaints: [
          { key: 'dedicated', value: 'db', effect: 'NoSchedule' },
          { key: 'dedicated', value: '', effect: 'NoExecute' },
          { key: 'gpu', value: '', effect: 'NoExecute' },
        ],
      },
      flags: ['--v=2', '--node-labels=rack=7,site=a', '--node-ip=10.0.0.5'],
    });
    expect(listNodeConfigFaults(buildNodeConfig(settings, host))).toEqual([]);
  });

  it('leaves a list of taints that is none for the checker', () => {
    const settings = { ...ssmSettings, kubelet: { config: { registerWithTaints: 'all' }, flags: [] } };
    const built = buildNodeConfig(settings, { name: 'a', taints: [{ key: 'x', effect: 'NoSchedule' }] });
    expect(listNodeConfigFaults(built).map(({ code }) => code)).toEqual(['kubelet.type']);
  });
});
