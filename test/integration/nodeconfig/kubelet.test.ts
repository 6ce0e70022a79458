import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { listKubeletConfigFaults } from '../../../src/nodeconfig/rules-kubelet-config.ts';
import { listKubeletFlagFaults } from '../../../src/nodeconfig/rules-kubelet-flags.ts';
import type { Json } from '../../../src/nodeconfig/types.ts';
import { needTools } from '../../helpers/need-tools.ts';

const exec = createExec();
const long = 'a'.repeat(63);

const flags: readonly string[] = [
  '--node-labels=site=a',
  '--node-labels=site=',
  '--node-labels=site=a,rack=7',
  '--node-labels=example.com/site=a.b-c_d',
  '--node-labels=topology.kubernetes.io/zone=rack-1',
  '--node-labels=node.kubernetes.io/site=a',
  '--node-labels=x.node.kubernetes.io/site=a',
  '--node-labels=kubelet.kubernetes.io/site=a',
  '--node-labels=kubernetes.io/hostname=a',
  '--node-labels=kubernetes.io/site=a',
  '--node-labels=node-role.kubernetes.io/edge=',
  '--node-labels=k8s.io/site=a',
  '--node-labels=x.k8s.io/site=a',
  '--node-labels=xk8s.io/site=a',
  `--node-labels=${long}=a`,
  `--node-labels=${long}a=a`,
  `--node-labels=site=${long}`,
  `--node-labels=site=${long}a`,
  '--node-labels=-site=a',
  '--node-labels=site_=a',
  '--node-labels=site=a_',
  '--node-labels=site=a b',
  '--node-labels=a/b/c=d',
  '--node-labels=/site=a',
  '--node-labels=Example.com/site=a',
  '--node-labels=ex_ample.com/site=a',
  '--node-labels=site',
  '--register-with-taints=dedicated=edge:NoSchedule',
  '--register-with-taints=dedicated:NoExecute',
  '--register-with-taints=a=b:NoSchedule,c=d:PreferNoSchedule',
  '--register-with-taints=dedicated=edge:Never',
  '--register-with-taints=dedicated=edge',
  '--register-with-taints=dedicated=a=b:NoSchedule',
  '--register-with-taints=a=b:NoSchedule,a=c:NoSchedule',
  '--register-with-taints=a=b:NoSchedule,a=c:NoExecute',
  '--max-pods=50',
  '--max-pods=many',
  '--max-pods=',
  '--max-pods',
  '--sync-frequency=10s',
  '--sync-frequency=1h30m',
  '--sync-frequency=10',
  '--fail-swap-on',
  '--fail-swap-on=false',
  '--fail-swap-on=yes',
  '--max-pod=50',
  '--container-runtime=remote',
  '--keep-terminated-pod-volumes=true',
  '--eviction-hard=memory.available<100Mi',
  '--eviction-hard=memory',
  '--feature-gates=NodeSwap=true',
  '--system-reserved=cpu=200m,memory=500Mi',
];

/** A configuration and what kubelet says: nothing, that it cannot decode it, or that a field has a wrong value. */
const configs: readonly (readonly [Readonly<Record<string, Json>>, 'fine' | 'decode' | 'value'])[] = [
  [{ maxPods: 50 }, 'fine'],
  [{ maxPods: '50' }, 'decode'],
  [{ maxPods: 1.5 }, 'decode'],
  [{ maxPods: -1 }, 'value'],
  [{ shutdownGracePeriod: '30s' }, 'fine'],
  [{ shutdownGracePeriod: 30 }, 'decode'],
  [{ shutdownGracePeriod: '30' }, 'decode'],
  [{ systemReserved: { cpu: '1' } }, 'fine'],
  [{ systemReserved: { cpu: 1 } }, 'decode'],
  [{ clusterDNS: ['10.100.0.10'] }, 'fine'],
  [{ clusterDNS: '10.100.0.10' }, 'decode'],
  [{ featureGates: { NodeSwap: true } }, 'fine'],
  [{ featureGates: { NodeSwap: 'true' } }, 'decode'],
  [{ failSwapOn: false }, 'fine'],
  [{ failSwapOn: 'false' }, 'decode'],
  [{ authentication: { anonymous: { enabled: false } } }, 'fine'],
  [{ authentication: { anonymous: false } }, 'decode'],
  [{ evictionHard: { 'memory.available': '100Mi' } }, 'fine'],
  [{ evictionHard: ['memory.available<100Mi'] }, 'decode'],
  [{ registerWithTaints: [{ key: 'a', effect: 'NoSchedule' }] }, 'fine'],
  [{ registerWithTaints: 'a:NoSchedule' }, 'decode'],
  [{ imageGCHighThresholdPercent: 101 }, 'value'],
  [{ imageGCLowThresholdPercent: -1 }, 'value'],
  [{ containerLogMaxFiles: 1 }, 'value'],
  [{ oomScoreAdj: 2000 }, 'value'],
  [{ memorySwap: { swapBehavior: 'NoSwap' } }, 'fine'],
  [{ logging: { verbosity: 3 } }, 'fine'],
];

/** The real kubelet judges flags and configuration before it does anything; it never gets to run (see below). */
describe('integration/nodeconfig/kubelet', () => {
  it('refuses the flags that we refuse, and takes the others', async (test) => {
    const kubelet = await findKubelet(test);
    const differences: string[] = [];
    for (const flag of flags) {
      // Good flags lead to this file that is not there.
      const said = await ask(kubelet, ['--config=/nonexistent/kubelet.yaml', flag]);
      const accepts = said.includes('/nonexistent/kubelet.yaml');
      const ours = listKubeletFlagFaults({ spec: { kubelet: { flags: [flag] } } });
      // A warning is about newer kubelets, which this one is.
      if (accepts !== (ours.length === 0)) differences.push(`${flag}: ${said.slice(-300)} ${JSON.stringify(ours)}`);
    }
    expect(differences).toEqual([]);
  });

  it('refuses the configuration that we refuse, and takes the other', async (test) => {
    const kubelet = await findKubelet(test);
    const folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
    for (const [config, verdict] of configs) {
      const file = join(folder, 'config.json');
      // A value no kubelet starts with, found after everything else.
      const head = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration', kubeAPIBurst: -1 };
      await writeFile(file, JSON.stringify({ ...head, ...config }));
      const said = await ask(kubelet, [`--config=${file}`]);
      const [key = ''] = Object.keys(config);
      const real = said.includes('failed to decode') ? 'decode' : new RegExp(`${key}\\b`).test(said) ? 'value' : 'fine';
      expect([config, real], said).toEqual([config, verdict]);
      expect(said).toMatch(verdict === 'decode' ? /failed to decode/ : /kubeAPIBurst/i);
      const [ours] = listKubeletConfigFaults({ spec: { kubelet: { config } } });
      expect([config, ours?.code]).toEqual([
        config,
        { fine: undefined, decode: 'kubelet.type', value: 'kubelet.value' }[verdict],
      ]);
    }
  });
});

async function findKubelet(test: TestContext): Promise<string> {
  const [kubelet = ''] = await needTools(test, 'kubelet');
  return kubelet;
}

async function ask(kubelet: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await exec.run(kubelet, args, { timeoutMs: 30_000, accept: [1] });
  // Before it come all its flags with their values.
  return /"command failed" err=.*/s.exec(`${stdout}\n${stderr}`)?.[0] ?? '';
}
