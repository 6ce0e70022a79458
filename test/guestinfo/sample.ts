import type { PayloadSettings } from '../../src/guestinfo/types.ts';
import { buildNodeConfig } from '../../src/nodeconfig/build.ts';
import { renderNodeConfig } from '../../src/nodeconfig/render.ts';
import type { NodeHost, NodeSettings } from '../../src/nodeconfig/settings.ts';

/** Payload settings of a fleet with nothing special; `changes` on top. */
export function samplePayload(changes: Partial<PayloadSettings> = {}): PayloadSettings {
  return {
    access: { user: undefined, authorizedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u0u9m3Rk2 me@example.org'] },
    ntp: [],
    files: [],
    commands: [],
    redact: true,
    multipart: false,
    ...changes,
  };
}

export const sampleCode = 'Sample-Activation-Code-0001';

export const sampleSettings: NodeSettings = {
  cluster: { name: 'my-cluster', region: 'us-west-2' },
  credentials: {
    kind: 'ssm',
    activationCode: sampleCode,
    activationId: '01234567-89ab-cdef-0123-456789abcdef',
  },
  labels: { 'example.org/site': 'lab' },
  taints: [],
  kubelet: { config: { shutdownGracePeriod: '30s' }, flags: [] },
};

export function sampleNodeConfig(host: NodeHost): string {
  return renderNodeConfig(buildNodeConfig(sampleSettings, host));
}
