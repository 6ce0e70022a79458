import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNodeConfig } from '../../src/nodeconfig/check.ts';
import { formatNodeConfigFinding } from '../../src/nodeconfig/parse.ts';
import { hostileText } from '../render/hostile-text.ts';

const many = `kind: NodeConfig
spec:
  clustr: {}
  cluster:
    name: no
    region: us-west-22
  hybrid:
    ssm:
      activationId: ABC
  kubelet:
    flags:
      - --max-pods=many
      - "--hostname_override=x"
    config: {maxPod: 5}
  containerd:
    config: |
      version = 2
      [debug]
      level = info
`;

describe('nodeconfig/findings', () => {
  it('says everything at once, each with its place', () => {
    const lines = checkNodeConfig(many, { file: 'node.yaml' }).map(formatNodeConfigFinding);
    expect(lines).toMatchInlineSnapshot(`
      [
        "node.yaml:1:1: apiVersion: is missing; accepted: node.eks.aws/v1alpha1.",
        "node.yaml:3:3: spec.clustr: unknown key 'clustr'; accepted here: cluster, containerd, instance, kubelet, hybrid; did you mean 'cluster'?",
        "node.yaml:5:11: spec.cluster.name: 'no' is read as 'false', because it is true or false without quotes; accepted: text in quotes. Write "no".",
        "node.yaml:6:13: spec.cluster.region: 'us-west-22' is no AWS region; did you mean 'us-west-2'?",
        "node.yaml:8:5: spec.hybrid.ssm.activationCode: is missing; accepted: the ActivationCode that 'aws ssm create-activation' printed, 20 to 250 characters.",
        "node.yaml:9:21: spec.hybrid.ssm.activationId: is no activation id; accepted: the ActivationId that 'aws ssm create-activation' printed, a UUID in lower case.",
        "node.yaml:12:9: spec.kubelet.flags[0]: --max-pods has the value 'many'; accepted: --max-pods= and a whole number.",
        "node.yaml:13:9: spec.kubelet.flags[1]: --hostname-override is not yours to set: nodeadm refuses it: the name is nodeName, or with SSM that of the registration.",
        "node.yaml:14:14: spec.kubelet.config.maxPod: 'maxPod' is no field of kubelet's configuration, and kubelet ignores it; did you mean 'maxPods'?",
        "node.yaml:19:1: spec.containerd.config: is no TOML: line 3, column 9: no value of TOML: text stands in quotes.",
      ]
    `);
  });

  it('finds the line in a file with CRLF and a byte order mark', () => {
    const [finding] = checkNodeConfig(`\ufeff${many.replaceAll('\n', '\r\n')}`, { file: 'x' }).filter(
      ({ code }) => code === 'cluster.region',
    );
    expect(finding).toMatchObject({ line: 6, column: 13 });
  });

  it('points at the group where something is missing', () => {
    const text =
      'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    name: a\n  hybrid: {ssm: {}}\n';
    const places = checkNodeConfig(text, { file: 'x' }).map(({ path, line, column }) => `${path} ${line}:${column}`);
    expect(places).toEqual([
      'spec.cluster.region 4:3',
      'spec.hybrid.ssm.activationCode 6:12',
      'spec.hybrid.ssm.activationId 6:12',
    ]);
  });

  it('ends on any text and on any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.uint8Array({ maxLength: 200 })), (content) => {
        for (const finding of checkNodeConfig(content, { file: 'x' })) {
          expect(finding.line).toBeGreaterThan(0);
          expect(finding.column).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('counts what is more than a person reads', () => {
    const findings = checkNodeConfig('a: 1\n'.repeat(2000), { file: 'x' });
    expect(findings).toHaveLength(501);
    expect(findings.at(-1)?.message).toMatch(/^\d+ more things are wrong$/);
  });

  it('says the same fault of the syntax once', () => {
    const findings = checkNodeConfig(`a: ${'['.repeat(5000)}`, { file: 'x' });
    const lines = findings.map(formatNodeConfigFinding);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it.each([
    '#cloud-config\nwrite_files: []\n',
    '#cloud-config\nwrite_files: [\n',
    'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n',
  ])('knows user data: %j', (text) => {
    const lines = checkNodeConfig(text, { file: 'x' }).map(formatNodeConfigFinding);
    expect(lines).toEqual([expect.stringMatching(/^x:1:1: this is user data, .* 'hnf userdata decode' takes/)]);
  });

  it('takes the last anchor of a name', () => {
    const text = 'a: &x 1\nb: *x\nc: &x no\nkind: *x\n';
    const [found] = checkNodeConfig(text, { file: 'x' }).filter(({ path }) => path === 'kind');
    expect(found?.message).toBe('is true or false; accepted: text');
  });

  it('ends soon on what is made to take long', () => {
    const deep = '['.repeat(100_000);
    const wide = `a: [${'x, '.repeat(30_000)}]`;
    const anchors = Array.from({ length: 5000 }, (_, at) => `a${at}: &a${at} x\nb${at}: *a${at}\n`).join('');
    for (const text of [
      anchors,
      deep,
      '{"a":'.repeat(20_000),
      wide,
      `${'a: &x\n  '.repeat(1)}*x`,
      'x'.repeat(1_048_577),
    ]) {
      expect(checkNodeConfig(text, { file: 'x' }).length).toBeGreaterThan(0);
    }
  }, 60_000);
});
