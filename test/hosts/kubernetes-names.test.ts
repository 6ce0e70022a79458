import { describe, expect, it } from 'vitest';
import {
  findLabelFault,
  findNodeNameFault,
  findTaintFault,
  formatTaint,
  parseTaint,
} from '../../src/hosts/kubernetes-names.ts';

const long = 'a'.repeat(63);

/** What kubelet itself says to such labels and taints: test/integration/nodeconfig/kubelet.test.ts. */
describe('hosts/kubernetes-names', () => {
  it.each([
    ['site', 'a'],
    ['site', ''],
    [long, long],
    ['example.com/site', 'a.b-c_d'],
    ['topology.kubernetes.io/zone', 'rack-1'],
    ['x.node.kubernetes.io/site', 'a'],
  ])('takes the label %s=%s', (key, value) => {
    expect(findLabelFault(key, value)).toBeUndefined();
  });

  it.each([
    ['', 'a', /has no name/],
    ['-site', 'a', /name kubelet refuses/],
    [`${long}a`, 'a', /64 characters/],
    ['site', `${long}a`, /value of 64 characters/],
    ['site', 'a_', /value kubelet refuses/],
    ['a/b/c', 'd', /more than one slash/],
    ['/site', 'a', /no DNS domain/],
    ['Example.com/site', 'a', /no DNS domain/],
    [`${'a'.repeat(254)}/site`, 'a', /254 characters/],
    ['kubernetes.io/site', 'a', /own name space/],
    ['node-role.kubernetes.io/edge', '', /kubectl label node/],
    ['x.k8s.io/site', 'a', /own name space/],
    ['eks.amazonaws.com/compute-type', 'ec2', /set by nodeadm/],
  ])('refuses the label %s=%s', (key, value, reason) => {
    expect(findLabelFault(key, value)).toMatch(reason);
  });

  it.each([
    ['a', undefined],
    ['edge-1.example.com', undefined],
    ['1', undefined],
    [long, undefined],
    ['', /is empty/],
    [`${long}a`, /64 characters long/],
    ['Edge', /accepted: 'edge'/],
    ['edge_1', /RFC 1123/],
    ['edge-', /RFC 1123/],
    ['edge..a', /RFC 1123/],
    ['edge 1', /RFC 1123/],
  ])('judges the node name %j', (name, reason) => {
    if (reason === undefined) expect(findNodeNameFault(name)).toBeUndefined();
    else expect(findNodeNameFault(name)).toMatch(reason);
  });

  it.each([
    ['dedicated=edge:NoSchedule', { key: 'dedicated', value: 'edge', effect: 'NoSchedule' }],
    ['dedicated:NoExecute', { key: 'dedicated', value: '', effect: 'NoExecute' }],
  ] as const)('reads and writes the taint %s', (text, taint) => {
    expect(parseTaint(text)).toEqual(taint);
    expect(formatTaint(taint)).toBe(text);
    expect(findTaintFault(taint)).toBeUndefined();
  });

  it.each(['dedicated', 'a=b=c:NoSchedule', 'a:b:NoSchedule', 'a=b'])('does not read %s', (text) => {
    expect(parseTaint(text)).toBeUndefined();
  });

  it('refuses an unknown effect', () => {
    expect(findTaintFault({ key: 'a', effect: 'Never' })).toMatch(/NoSchedule, PreferNoSchedule, NoExecute/);
  });
});
