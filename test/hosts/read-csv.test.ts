import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readText } from './read-text.ts';

const csv = (text: string, pieceBytes?: number) => readText(text, 'csv', pieceBytes);

describe('hosts/csv-rows', () => {
  it('reads every column', async () => {
    const { hosts, errors } = await csv(
      'name,address,mac,ip,gateway,dns,search,labels,taints,maxPods,datacenter,cluster,folder,datastore,network,cpus,memoryMiB,diskGiB,role,description,esxiHost\n' +
        'node-1,node-1.example.org,00-50-56-AB-CD-01,10.0.0.5/24,10.0.0.1,"10.0.0.2, 10.0.0.3",example.org,"zone=a,team=x","dedicated=gpu:NoSchedule,spot:NoExecute",110,dc1,c1,vm/edge,ds1,VM Network,4,8192,40,worker,"rack 4, ""left""",esx1\n',
    );
    expect(errors).toEqual([]);
    expect(hosts).toEqual([
      {
        name: 'node-1',
        address: 'node-1.example.org',
        mac: '00:50:56:ab:cd:01',
        ip: '10.0.0.5/24',
        gateway: '10.0.0.1',
        dns: ['10.0.0.2', '10.0.0.3'],
        search: ['example.org'],
        labels: { zone: 'a', team: 'x' },
        taints: [
          { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
          { key: 'spot', value: '', effect: 'NoExecute' },
        ],
        maxPods: 110,
        datacenter: 'dc1',
        cluster: 'c1',
        folder: 'vm/edge',
        datastore: 'ds1',
        network: 'VM Network',
        cpus: 4,
        memoryMiB: 8192,
        diskGiB: 40,
        role: 'worker',
        description: 'rack 4, "left"',
        esxiHost: 'esx1',
        row: { file: 'hosts.csv', line: 2 },
      },
    ]);
  });

  it('counts lines as they stand in the file: BOM, CRLF, empty lines, line ends in quotes', async () => {
    const { hosts, errors } = await csv(
      '\uFEFFname,description\r\n\r\nnode-1,"two\r\nlines"\r\n\r\n,\r\nnode-2,x\r\nnode_3,y\r\nnode-4,z',
    );
    expect(hosts.map(({ name, row }) => [name, row.line])).toEqual([
      ['node-1', 3],
      ['node-2', 7],
      ['node-4', 9],
    ]);
    expect(hosts[0]?.description).toBe('two\r\nlines');
    expect(errors).toEqual([
      "hosts.csv:8: name: 'node_3' is no name for a node; accepted: lower-case letters, digits, hyphens and dots, a letter or digit first and last (RFC 1123).",
    ]);
  });

  it('reports every wrong row at once, with line, column and value', async () => {
    const { hosts, errors } = await csv(
      [
        'name,mac,ip,gateway,dns,labels,taints,cpus,network',
        'ok-1,00:50:56:00:00:01,10.0.0.5/24,10.0.0.1,10.0.0.2,a=b,,2,',
        'UPPER,,,,,,,,',
        'a,,10.0.0.0/24,,,,,,',
        'b,,10.0.0.255/24,,,,,,',
        'c,,10.0.0.9/24,10.0.1.1,,,,,',
        'd,,fd00::1/64,,,,,,',
        'e,,10.0.0.7,,,,,,',
        'f,01:50:56:00:00:01,,,,,,,',
        'g,xx,,,,,,,',
        'h,,,10.0.0.1,,,,,',
        'i,,,,10.0.0.300,,,,',
        'j,,,,,node-role.kubernetes.io/worker=,,,',
        'k,,,,,,key:Sometimes,,',
        'l,,,,,,,many,',
        'ok-1,,,,,,,,',
        'm,,10.0.0.5/16,,,,,,',
        'n,00:50:56:00:00:01,,,,,,,',
        'o,,10.1.0.5/24,,,,,,10.0.0.0/16',
        `${'p'.repeat(64)},,,,,,,,`,
        ',,10.0.0.77/24,,,,,,',
        '10.0.0.4,,,,,,,,',
        'q,,127.0.0.1/8,,,,,,',
      ].join('\n'),
    );
    expect(hosts.map(({ name }) => name)).toEqual(['ok-1']);
    expect(errors.map((error) => error.replace('hosts.csv:', ''))).toMatchInlineSnapshot(`
      [
        "3: name: 'UPPER' has capital letters, and kubelet would register another name; accepted: 'upper'.",
        "4: ip: '10.0.0.0/24' is the network's own address; accepted: an address of a machine.",
        "5: ip: '10.0.0.255/24' is the network's broadcast address; accepted: an address of a machine.",
        "6: gateway: '10.0.1.1' is outside the network of 10.0.0.9/24; accepted: another address, 10.0.0.1 to 10.0.0.254.",
        "7: ip: 'fd00::1/64' is IPv6; hybrid nodes are IPv4; accepted: an IPv4 address with its prefix length, such as 10.0.0.5/24.",
        "8: ip: '10.0.0.7' has no prefix length; accepted: an IPv4 address with its prefix length, such as 10.0.0.5/24.",
        "9: mac: '01:50:56:00:00:01' is no card's own address; accepted: a unicast MAC address.",
        "10: mac: 'xx' is no MAC address; accepted: such as 00:50:56:00:00:01.",
        "11: gateway: '10.0.0.1' stands without an ip; accepted: both, or neither for DHCP.",
        "12: dns: '10.0.0.300' is no address; accepted: addresses of DNS servers, with commas between.",
        "13: labels: label 'node-role.kubernetes.io/worker=' stands in Kubernetes' own name space, and kubelet does not start with it; accepted there: topology.kubernetes.io/zone and /region, node.kubernetes.io/…, kubelet.kubernetes.io/…, kubernetes.io/hostname, /os, /arch. Set others with 'kubectl label node' after the join.",
        "14: taints: taint 'key:Sometimes' has the effect 'Sometimes'; accepted: NoSchedule, PreferNoSchedule, NoExecute.",
        "15: cpus: 'many' is not accepted; accepted: a whole number from 1 to 768.",
        "16: name: 'ok-1' is in line 2 as well; accepted: each name once.",
        "17: ip: '10.0.0.5/16' is in line 2 as well; accepted: each address once.",
        "18: mac: '00:50:56:00:00:01' is in line 2 as well; accepted: each MAC address once.",
        "19: ip: '10.1.0.5/24' is outside its network '10.0.0.0/16'; accepted: 10.0.0.1 to 10.0.255.254.",
        "20: name: 'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp' is 64 characters long; accepted: at most 63, the length of the label kubernetes.io/hostname.",
        "21: name: is missing; accepted: a name of its own.",
        "22: name: '10.0.0.4' is an address; accepted: a name.",
        "23: ip: '127.0.0.1/8' is a loopback address; accepted: an address of a machine.",
      ]
    `);
  });

  it('knows what an unknown column was meant to be', async () => {
    const { errors } = await csv('name,lables,memory_mib,colour\nnode-1,,,\n');
    expect(errors).toEqual([
      "hosts.csv:1: unknown column 'lables'; did you mean 'labels'?",
      "hosts.csv:1: unknown column 'memory_mib'; did you mean 'memoryMiB'?",
      expect.stringMatching(/^hosts.csv:1: unknown column 'colour'; accepted: name, address, mac, /),
    ]);
  });

  it.each([
    ['', 'has no hosts; accepted: at least one'],
    ['name,ip\n', 'has no hosts; accepted: at least one'],
    ['\n\n', 'has no hosts; accepted: at least one'],
    ['name;ip\nnode-1;\n', 'the columns are separated by semicolons; accepted: commas'],
    ['name\tip\nnode-1\t\n', 'the columns are separated by tabs; accepted: commas'],
    ['name,ip\rnode-1,\r', 'the lines end with a carriage return alone'],
    ['ip,mac\n10.0.0.1/24,\n', "the header has no column 'name'; accepted: a header row with one"],
    ['name,ip,name\nnode-1,,\n', "column 'name' is there twice; accepted: each column once"],
    ['name,labels\nnode-1,a=b,c=d\n', 'the row has 3 cells and the header 2; accepted: the same number'],
    ['name,labels\nnode-1\n', 'the row has 1 cells and the header 2; accepted: the same number'],
    ['name,labels\nnode-1,"a=b\nnode-2,c=d\n', 'the row has a quote that is never closed'],
    ['name,labels\nnode-1,"a=b" x\n', "the row has 'x' behind a closing quote"],
    ['name,labels\nnode-1, "a=b,c=d"\n', "the row has a quote in the middle of ' \"a=b'"],
  ])('refuses %j', async (text, message) => {
    const { errors } = await csv(text);
    expect(errors.join('\n')).toContain(message);
  });

  it('refuses UTF-16 and bytes that are no UTF-8', async () => {
    await expect(readText(Buffer.from('\uFEFFname\n', 'utf16le'), 'csv')).rejects.toThrow(/UTF-16/);
    const latin1 = Buffer.from('name,description\nnode-1,caf\xe9\n', 'latin1');
    expect((await readText(latin1, 'csv')).errors).toEqual([
      'hosts.csv:2: description: has bytes that are no UTF-8; accepted: a file saved as UTF-8.',
    ]);
  });

  it('prints the first 200 findings and counts the rest', async () => {
    const { errors, bag } = await csv(`name\n${Array.from({ length: 1000 }, (_, at) => `node_${at}\n`).join('')}`);
    expect(bag.errorCount).toBe(1000);
    expect(errors).toHaveLength(201);
    expect(errors.at(-1)).toBe('… and 800 more');
  });

  it('gives the same whatever the size of the pieces', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('a,b', 'x"y', 'l1\nl2', 'l1\r\nl2', '"', ''),
    );
    const rows = fc.array(
      cell.filter((text) => !/[\p{Cc}\uFFFD]/u.test(text.replaceAll('\r\n', '').replaceAll('\n', ''))),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('\n', '\r\n'),
        async (cells, size, end) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = `name,description${end}${cells.map((value, at) => `n-${at},${quoted(value)}${end}`).join('')}`;
          const whole = await csv(text);
          expect(await csv(text, size)).toEqual(whole);
          expect(whole.hosts.map(({ description = '' }) => description)).toEqual(cells.map((value) => value.trim()));
        },
      ),
      { numRuns: 200 },
    );
  });
});
