import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { PayloadSettings } from '../../src/guestinfo/types.ts';
import { compileUserdata, createUserdataRenderer } from '../../src/guestinfo/userdata.ts';
import { sampleNodeConfig, samplePayload } from './sample.ts';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const yamlWords = fc.constantFrom(
  'null',
  'true',
  'no',
  'y',
  'n',
  'on',
  'e1',
  '1e3',
  '0x1f',
  '007',
  '123',
  '2024-01-01',
  '0o7',
);
const name = fc.array(fc.oneof(label, yamlWords), { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
const nodeConfig = fc.oneof(
  name.map((host) => sampleNodeConfig({ name: host, ip: '10.0.0.5/24' })),
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.array(fc.string()).map((lines) => `${lines.join('\n')}\n`),
  fc.constantFrom('', '\n', ' a\n', 'a\n\n', 'a \nb\n', 'a\n b\n', 'a', '- x\n', '"\n', 'a\r\nb\n', '#\n', 'a\tb\n'),
);

const variants: readonly Partial<PayloadSettings>[] = [
  {},
  { access: { user: 'ops', authorizedKeys: [] }, ntp: ['ntp.example.org'] },
  { files: [{ path: '/etc/x', mode: 0o644, content: 'a\nb' }], commands: ['echo hi', ['touch', '/x']] },
  { extra: { merge_how: 'dict(recurse_array)+list(append)', runcmd: ['echo more'], packages: ['jq'] } },
  { extra: { packages: ['jq'] }, multipart: true },
  // What a text would be cut at.
  { extra: { final_message: 'hnfhosta hnfnodeconfiga', timezone: 'hnfdomainb' } },
];

describe('guestinfo/userdata', () => {
  it.each(variants)('is the same the fast way and from the beginning: %j', (changes) => {
    const settings = samplePayload(changes);
    const [fast, slow] = [compileUserdata(settings), createUserdataRenderer(settings)];
    fc.assert(
      fc.property(name, nodeConfig, (host, text) => {
        expect(fast(host, text)).toBe(slow(host, text));
      }),
      { numRuns: 300 },
    );
  });

  it('writes what the join needs', () => {
    const text = compileUserdata(samplePayload())(
      'node-1.example.org',
      sampleNodeConfig({ name: 'node-1.example.org' }),
    );
    expect(text).toMatchInlineSnapshot(`
      "#cloud-config
      preserve_hostname: false
      hostname: node-1
      fqdn: node-1.example.org
      ssh_authorized_keys:
        - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u0u9m3Rk2 me@example.org
      bootcmd:
        - - install
          - -d
          - -m
          - '0700'
          - /etc/hybrid-node
      write_files:
        - path: /etc/hybrid-node/nodeconfig.yaml
          owner: root:root
          permissions: '0600'
          content: |
            apiVersion: "node.eks.aws/v1alpha1"
            kind: "NodeConfig"
            spec:
              cluster:
                name: "my-cluster"
                region: "us-west-2"
              hybrid:
                ssm:
                  activationCode: "Sample-Activation-Code-0001"
                  activationId: "01234567-89ab-cdef-0123-456789abcdef"
              kubelet:
                config:
                  shutdownGracePeriod: "30s"
                flags:
                  - "--node-labels=example.org/site=lab"
      runcmd:
        - - systemctl
          - start
          - --no-block
          - hybrid-node-join.service
      "
    `);
    expect(load(text)).toMatchObject({ hostname: 'node-1', fqdn: 'node-1.example.org' });
  });
});
