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
    ['[1]', '1 is no host'],
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
    ['[{"name":"a","name":"b"}]', "hosts.json:1: [0]: key 'name' is there twice; accepted: each key once."],
    ['[{"name":"a","labels":{"x":"1","y":"{\\"x\\":","\\u0078":"2"}}]', "[0]: key 'x' is there twice"],
    ['{"hosts":[{"name":"a","dsn":"b"}]}', 'hosts[0].dsn: unknown key'],
    [`[{"name":${'['.repeat(5000)}${']'.repeat(5000)}}]`, '[0].name: […] is no text'],
  ])('refuses %s', async (text, message) => {
    expect((await readText(text, 'json')).errors.join('\n')).toContain(message);
  });

  it('goes on behind what is no host', async () => {
    const text = `[
  5, "a \\"b\\", {c}", [{"name": "x"}, 1], null,
  {"name": "right"}, -1.5e+3, nonsense,
  {"name": "Wrong"}
]`;
    for (const size of [1, 3, 64_000]) {
      const { hosts, errors } = await readText(text, 'json', size);
      expect(hosts.map(({ name }) => name)).toEqual(['right']);
      expect(errors.map((line) => line.slice(0, 50))).toEqual([
        'hosts.json:2: [0]: 5 is no host; accepted: an obje',
        'hosts.json:2: [1]: \'a "b", {c}\' is no host; accept',
        'hosts.json:2: [2]: [{"name":"x"},1] is no host; ac',
        'hosts.json:2: [3]: null is no host; accepted: an o',
        'hosts.json:3: [5]: -1500 is no host; accepted: an ',
        'hosts.json:3: [6]: no valid JSON: Unexpected token',
        "hosts.json:4: [7].name: 'Wrong' has capital letter",
      ]);
    }
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
    ['- &a {name: a, labels: *a}\n', "[0].labels: label 'labels': {…} is no text"],
    ['- &a [*a]\n', '[0]: […] is no host'],
  ])('refuses %j', async (text, message) => {
    expect((await readText(text, 'yaml')).errors.join('\n')).toContain(message);
  });

  it.each([
    ['- {name: a, labels: {x: *a9}}', "[1].labels: label 'x': […] is no text"],
    ['- {name: a, dns: *a9}', '[1].dns: […] is no text'],
    ['- {name: a, taints: *a9}', '[1].taints: taint […] is not understood'],
    ['- {name: *a9}', '[1].name: […] is no text'],
    ['- *a9', '[1]: […] is no host'],
  ])('takes no long time over aliases that mean billions of values: %s', async (row, message) => {
    const steps = Array.from({ length: 10 }, (_, at) => {
      const part = at === 0 ? 'z' : `*a${at - 1}`;
      return `  x${at}: &a${at} [${Array(10).fill(part).join(',')}]`;
    });
    const { errors } = await readText(`- name: b\n${steps.join('\n')}\n${row}\n`, 'yaml');
    expect(errors.join('\n')).toContain(message);
  });
});
