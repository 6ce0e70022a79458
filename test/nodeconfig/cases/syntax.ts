import { accepted, change, iamRa, type NodeConfigCase, refused, ssm, ssmWith, stricter } from './case.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const json = JSON.stringify({
  apiVersion: 'node.eks.aws/v1alpha1',
  kind: 'NodeConfig',
  spec: {
    cluster: { name: 'edge', region: 'us-west-2' },
    hybrid: { ssm: { activationCode: 'c0deC0deC0deC0deC0de', activationId: '01234567-89ab-cdef-0123-456789abcdef' } },
  },
});
const missing = ['cluster.name', 'cluster.region', 'document.header', 'hybrid.missing'];

const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
`;

/** Bytes, characters, YAML itself. */
export const syntaxCases: readonly NodeConfigCase[] = [
  accepted('SSM as it should be', ssm),
  accepted('IAM Roles Anywhere as it should be', iamRa),
  accepted('JSON on one line', json),
  accepted('JSON with tabs', JSON.stringify(JSON.parse(json), null, '\t')),
  accepted('CRLF', ssm.replaceAll('\n', '\r\n')),
  accepted('a byte order mark', bytes(`\ufeff${ssm}`), ['text.bom']),
  accepted('comments and empty lines', `# node\n\n${ssm}\n\n# end\n`),
  accepted('#cloud-config as a comment', `#cloud-config\n${ssm}`),
  accepted('document markers', `---\n${ssm}...\n`),
  accepted('a %YAML 1.1 directive', `%YAML 1.1\n---\n${ssm}`),
  accepted('no newline at the end', ssm.trimEnd()),
  accepted('single quotes', ssm.replaceAll('"', "'")),
  accepted(
    'flow style',
    ssmWith('\n    name: "edge"\n    region: "us-west-2"', ' {name: "edge", region: "us-west-2"}'),
  ),
  accepted('an escape in double quotes', ssmWith('"edge"', '"\\u0065dge"')),
  accepted('an anchor nobody uses', ssmWith('"edge"', '&name "edge"')),
  accepted('an alias', `${ssmWith('"edge"', '&name "edge"')}  containerd: {config: ""}\nmetadata: {name: *name}\n`),
  accepted('a merge key', change(ssm, '    name: "edge"\n', '    <<: {name: "edge"}\n')),
  accepted('!!str before a text', ssmWith('"edge"', '!!str edge')),
  accepted('a folded text', ssmWith('"edge"', '>-\n      edge')),
  refused('nothing', '', missing),
  refused('only a comment', '# nothing\n', missing),
  refused('null', 'null\n', missing),
  refused('only spec: null', 'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n', [
    'cluster.name',
    'cluster.region',
    'hybrid.missing',
  ]),
  refused('a list', '- a\n', ['field.type']),
  refused('a text', 'hello\n', ['field.type']),
  refused('a %YAML 1.2 directive', `%YAML 1.2\n---\n${ssm}`, ['yaml.directive']),
  refused('a tab as indentation', ssmWith('    name', '\tname'), ['yaml.syntax']),
  refused('a missing colon', ssmWith('name: "edge"', 'name "edge"'), ['yaml.syntax']),
  refused('a missing quote', ssmWith('"edge"', '"edge'), ['yaml.syntax']),
  refused('a second colon', ssmWith('"edge"', 'edge: 1'), ['yaml.syntax']),
  refused('an open brace', ssmWith('"edge"', '{edge'), ['yaml.syntax']),
  refused('an unknown escape', ssmWith('"edge"', '"ed\\qge"'), ['yaml.syntax']),
  refused('a reserved character', ssmWith('"edge"', '@edge'), ['yaml.syntax']),
  refused('a wrong indentation', ssmWith('    region', '     region'), ['yaml.syntax']),
  refused('an alias without an anchor', ssmWith('"edge"', '*edge'), ['yaml.alias']),
  refused('an alias inside itself', ssmWith('cluster:\n', 'cluster: &c\n    id: *c\n'), ['yaml.alias']),
  refused(
    'aliases that mean a million values',
    `${ssm}  kubelet:\n    config:\n${bomb.replace(/^/gm, '      ')}`.trimEnd(),
    ['yaml.alias'],
  ),
  refused('a key twice', ssmWith('    name: "edge"\n', '    name: "edge"\n    name: "edge"\n'), ['yaml.duplicate']),
  refused('a merged key once more', change(ssm, '    name: "edge"\n', '    <<: {name: "x"}\n    name: "edge"\n'), [
    'yaml.duplicate',
  ]),
  refused('a merge of a text', change(ssm, '    name: "edge"\n', '    <<: x\n    name: "edge"\n'), ['yaml.alias']),
  refused('a list as a key', ssmWith('    name:', '    ? [a]\n    : 1\n    name:'), ['yaml.key']),
  refused('null as a key', ssmWith('    name:', '    ~: 1\n    name:'), ['yaml.key']),
  refused('NUL', `${ssm}# \0\n`, ['text.character']),
  refused('a control character', `${ssm}# \u0007\n`, ['text.character']),
  refused('DEL', `${ssm}# \u007f\n`, ['text.character']),
  refused('Latin-1', latin1(`# é\n${ssm}`), ['text.encoding']),
  refused('user data around it', `Content-Type: application/node.eks.aws\n\n${ssm}`, ['field.unknown']),
  stricter(
    'a shell variable nobody replaced',
    ssmWith('"edge"', '${CLUSTER_NAME}'),
    ['cluster.name'],
    'EKS has no such name',
  ),
  stricter(
    'two documents',
    `${ssm}---\nkind: Other\n`,
    ['yaml.documents'],
    'nodeadm reads the first document and drops the others without a word',
  ),
  stricter(
    'UTF-16',
    new Uint8Array(Buffer.from(`\ufeff${ssm}`, 'utf16le')),
    ['text.encoding'],
    'cloud-init and every other reader of the file want UTF-8',
  ),
  stricter(
    'a line separator in quotes',
    ssmWith('"edge"', '"ed\u2028ge"'),
    ['cluster.name', 'text.character'],
    'for nodeadm U+0085, U+2028 and U+2029 end a line, so that the text is not the one an editor shows',
  ),
  stricter(
    'a tag of its own',
    ssmWith('"edge"', '!name "edge"'),
    ['yaml.tag'],
    'tags make no sense here, and readers differ about them',
  ),
  stricter(
    '!!binary',
    ssmWith('"edge"', '!!binary ZWRn'),
    ['yaml.tag'],
    'tags make no sense here, and readers differ about them',
  ),
];
