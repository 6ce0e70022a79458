import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText } from './read-text.ts';

const one = { name: 'node-1', ip: '10.0.0.5/24', labels: { zone: 'a' }, taints: ['key=value:NoSchedule'], cpus: 4 };
const host = {
  name: 'node-1',
  ip: '10.0.0.5/24',
  labels: { zone: 'a' },
  taints: [{ key: 'key', value: 'value', effect: 'NoSchedule' }],
  cpus: 4,
};

describe('hosts/json-rows', () => {
  it.each([
    ['a list', JSON.stringify([one, { name: 'node-2' }], null, 2), [2, 13]],
    ['hosts', JSON.stringify({ hosts: [one, { name: 'node-2' }] }, null, 2), [3, 14]],
    ['hosts with a schema', JSON.stringify({ $schema: './x.json', hosts: [one, { name: 'node-2' }] }), [1, 1]],
    ['one object per line', `${JSON.stringify(one)}\n${JSON.stringify({ name: 'node-2' })}\n`, [1, 2]],
  ])('reads %s, in pieces of any size', async (_what, text, lines) => {
    for (const size of [1, 7, 64_000]) {
      const { hosts, errors } = await readText(text, 'json', size);
      expect(errors).toEqual([]);
      expect(hosts).toEqual([
        { ...host, row: { file: 'hosts.json', line: lines[0] } },
        { name: 'node-2', row: { file: 'hosts.json', line: lines[1] } },
      ]);
    }
  });

  it('cuts any list where JSON.parse sees its elements', async () => {
    const value = fc.json().map((text): unknown => JSON.parse(text));
    const element = fc.dictionary(fc.string(), value).map((rest) => ({ ...rest, name: 'x' }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(element, { minLength: 1 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        async (list, size, wide) => {
          const { bag } = await readText(JSON.stringify(list, null, wide ? 2 : undefined), 'json', size);
          expect(bag.errors.filter(({ message }) => /JSON|host;|list/.test(message))).toEqual([]);
        },
      ),
    );
  });

  it.each([
    ['[]', 'has no hosts'],
    ['{"hosts": []}', 'has no hosts'],
    ['', 'has no hosts'],
    ['"x"', 'is no list of hosts'],
    ['[1]', "'1' is no host"],
    ['[{"name":"a"} {"name":"b"}]', "'{' follows a host"],
    ['[{"name":"a"},]', "']' is no host"],
    ['[{"name":"a"}', 'ends in the middle'],
    ['[{"name":"a"}] x', "'x' follows the list"],
    ['{"hosts":[{"name":"a"}],"more":1}', "there is more beside 'hosts'"],
    ['[\n{"name":"a",\n"ip":}]', "hosts.json:2: [0]: no valid JSON: Unexpected token '}'."],
    ['[{"name":"a","lables":{}}]', "[0].lables: unknown key; did you mean 'labels'?"],
    ['[{"name":"a","cpus":2.5}]', '[0].cpus: 2.5 is not accepted; accepted: a whole number'],
    ['[{"name":7}]', '[0].name: 7 is a number; accepted: text, in quotes'],
    ['[{"name":"a","labels":{"v":1.3}}]', "label 'v': 1.3 is a number"],
    ['[{"ip":"10.0.0.1/24"}]', '[0].name: is missing'],
  ])('refuses %s', async (text, message) => {
    expect((await readText(text, 'json')).errors.join('\n')).toContain(message);
  });
});

describe('hosts/yaml-rows', () => {
  const yaml = `# our hosts
hosts:
  - name: node-1
    ip: 10.0.0.5/24
    labels: {zone: a}
    taints: ["key=value:NoSchedule"]
    cpus: 4
  # the second
  - name: node-2
    description: |
      - no item
      x
`;

  it('reads a list, with and without hosts:', async () => {
    const { hosts, errors } = await readText(yaml, 'yaml', 10);
    expect(errors).toEqual([]);
    expect(hosts).toEqual([
      { ...host, row: { file: 'hosts.yaml', line: 3 } },
      { name: 'node-2', description: '- no item\nx', row: { file: 'hosts.yaml', line: 9 } },
    ]);
    expect((await readText('[{name: a}, {name: b}]', 'yaml')).hosts.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['', 'has no hosts'],
    ['hosts:\n', 'has no hosts'],
    ['hosts: x\n', 'is no list of hosts'],
    ['host:\n  - name: a\n', "host: unknown key; accepted here: hosts; did you mean 'hosts'?"],
    ['- name: a\n- b\n', "hosts.yaml:2: [1]: 'b' is no host"],
    ['- name: a\n  name: b\n', 'hosts.yaml:2:3: no valid YAML: '],
    ['- name: 0123\n', '[0].name: 123 is a number; accepted: text, in quotes'],
    ['- name: a\n- name: A\n- name: a\n', "hosts.yaml:3: [2].name: 'a' is in line 1 as well"],
  ])('refuses %j', async (text, message) => {
    expect((await readText(text, 'yaml')).errors.join('\n')).toContain(message);
  });
});
