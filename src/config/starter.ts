import { z } from 'zod';
import { defaults } from './defaults.ts';
import { WrittenConfig } from './schema.ts';
import { valueAt } from './schema-findings.ts';
import { imageSettings } from './schema-image.ts';
import { fieldsOf, type SchemaField, unwrap, variantsOf } from './schema-walk.ts';

export interface StarterOptions {
  /** What `defineConfig` is imported from. */
  importFrom: string;
  /** True writes every field as code; false, the usual, as a comment. */
  active?: boolean;
}

const pageWidth = 100;

const sampleId = '01234567-89ab-cdef-0123-456789abcdef';

/** For fields without a default: something of the right shape. */
const examples: Readonly<Record<string, unknown>> = {
  'cluster.name': 'my-cluster',
  'cluster.apiServerEndpoint': 'https://ABCD1234.gr7.us-west-2.eks.amazonaws.com',
  'cluster.certificateAuthority': 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t',
  'cluster.cidr': '10.100.0.0/16',
  'ssm.activationId': '01234567-89ab-cdef-0123-456789abcdef',
  'ssm.activationCodeFile': '/run/secrets/activation-code',
  'ssm.activationCommand': ['vault', 'kv', 'get', '-field=code', 'secret/eks-hybrid'],
  'iamRolesAnywhere.trustAnchorArn': `arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${sampleId}`,
  'iamRolesAnywhere.profileArn': `arn:aws:rolesanywhere:us-west-2:123456789012:profile/${sampleId}`,
  'iamRolesAnywhere.roleArn': 'arn:aws:iam::123456789012:role/AmazonEKSHybridNodesRole',
  'iamRolesAnywhere.awsConfigPath': '/etc/aws/hybrid/config',
  'node.labels': { 'topology.kubernetes.io/zone': 'rack-1' },
  'node.taints': ['dedicated=edge:NoSchedule'],
  'node.maxPods': 110,
  'node.enableCredentialsFile': false,
  'node.kubelet.config': { shutdownGracePeriod: '30s' },
  'node.kubelet.flags': ['--v=2'],
  'node.containerd.config': '[debug]\nlevel = "info"\n',
  'node.containerd.file': 'containerd.toml',
  'bottlerocket.variant': 'vmware-k8s-1.34',
  'bottlerocket.certificateFile': 'pki/{host}.pem',
  'bottlerocket.privateKeyFile': 'pki/{host}.key',
  'bottlerocket.sources.bootstrap': 'registry.example.org/bottlerocket-bootstrap:v0.2.0',
  'bottlerocket.sources.admin': 'registry.example.org/bottlerocket-admin:v0.12.0',
  'bottlerocket.sources.control': 'registry.example.org/bottlerocket-control:v0.8.0',
  'bottlerocket.settings': { ntp: { 'time-servers': ['ntp.example.org'] } },
  'access.user': 'ops',
  'access.authorizedKeys': ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8u me@example.org'],
  'access.authorizedKeysFile': 'authorized_keys',
  'userdata.gateway': '10.0.0.1',
  'userdata.dns': ['10.0.0.2', '10.0.0.3'],
  'userdata.search': ['example.org'],
  'userdata.interface': 'ens192',
  'userdata.ntp': ['ntp.example.org'],
  'userdata.proxy.http': 'http://proxy.example.org:3128',
  'userdata.proxy.https': 'http://proxy.example.org:3128',
  'userdata.proxy.noProxy': ['localhost', '10.0.0.0/8', '.internal'],
  'userdata.caCertificates': [{ name: 'corp-root', file: 'corp-root.pem' }],
  'userdata.cloudConfig': { timezone: 'Europe/Berlin' },
  'userdata.cloudConfigFile': 'extra.yaml',
  'userdata.multipart': false,
  'userdata.redact': true,
  'userdata.generation': '1',
  provider: 'iam-ra',
  packages: ['chrony'],
  'disk.partitions': [{ mount: '/var/log', sizeGiB: 10 }],
  'nodeadm.artifacts': 'mirror',
  'nodeadm.containerdSource': 'distro',
  subscription: 'activation-key',
  'profile.proxy.http': 'http://proxy.example.org:3128',
  'profile.proxy.https': 'http://proxy.example.org:3128',
  'profile.proxy.noProxy': ['localhost', '10.0.0.0/8', '.internal'],
  'profile.caCertificates': [{ name: 'corp-root', file: 'corp-root.pem' }],
  'profile.mirrors.apt': 'https://mirror.example.org/ubuntu',
  'profile.mirrors.aptSecurity': 'https://mirror.example.org/ubuntu',
  'profile.mirrors.dnf': [{ id: 'baseos', baseurl: 'https://mirror.example.org/rhel9/baseos' }],
  'profile.mirrors.docker': 'https://mirror.example.org/docker',
  'profile.ntp': ['ntp.example.org'],
  'profile.kernelArguments': ['mitigations=auto'],
  'profile.cpuBaseline': 'x86-64-v2',
  'profile.files': [{ path: '/etc/motd', content: 'A node of ours.\n' }],
  'profile.scripts.pre': [{ name: '10-hello.sh', content: 'echo hello\n' }],
  'profile.scripts.post': [{ file: '20-agent.sh' }],
  'profile.preload': [{ reference: 'registry.k8s.io/pause:3.10' }],
  'cloudImage.url': 'https://example.org/disk.qcow2',
  'cloudImage.checksum': 'file:https://example.org/SHA256SUMS',
  'iso.url': 'https://example.org/installer.iso',
  'iso.checksum': `sha256:${'0'.repeat(64)}`,
  'vsphere.server': 'vcenter.example.org',
  'vsphere.user': 'builder@vsphere.local',
  'vsphere.datacenter': 'dc1',
  'vsphere.cluster': 'cluster1',
  'vsphere.datastore': 'datastore1',
  'vsphere.network': 'VM Network',
  'vsphere.folder': 'templates',
  'vsphere.resourcePool': 'builds',
  'vsphere.esxiHost': 'esxi1.example.org',
  'vsphere.template': 'templates/ubuntu-24.04',
  'vsphere.contentLibrary': 'images',
  'redhat.version': '9',
  'redhat.organization': '1234567',
  'redhat.username': 'me@example.org',
};

const introduction = [
  'Configuration of hybrid-node-factory (hnf). Everything is optional; what is commented out shows the default or an example.',
  "Values come from flags, then the environment, then this file, then defaults: 'hnf config check' shows all of them.",
  'Secrets never stand here: set VSPHERE_PASSWORD, RH_PASSWORD, RH_ACTIVATION_KEY, PKR_SSH_PASSWORD or HNF_SSM_ACTIVATION_CODE, or the same with _FILE.',
];

/** A commented `images.config.ts`, made from the schema's descriptions. Pure. */
export function renderStarter({ importFrom, active = false }: StarterOptions): string {
  const fields = fieldsOf(WrittenConfig).filter(({ key }) => key !== '$schema' && key !== 'images');
  const body = fields.flatMap((field) => [...renderField(field, [field.key], active ? '  ' : '  // ', '  '), '']);
  const lines = [
    ...introduction.flatMap((line) => wrap(line, '// ')),
    `import { defineConfig } from '${importFrom}';`,
    '',
    'export default defineConfig({',
    ...body,
    ...renderImages(),
    '});',
  ];
  return `${lines.join('\n')}\n`;
}

/** `code` starts a line of code, `note` a line of explanation. */
function renderField(field: SchemaField, path: readonly string[], code: string, note: string): string[] {
  const head = wrap(field.description, `${note}// `);
  const children = unwrap(field.schema) instanceof z.ZodObject ? fieldsOf(field.schema) : [];
  if (children.length === 0) return [...head, `${code}${field.key}: ${renderValue(exampleOf(path))},`];
  const inner = children.flatMap((child) => renderField(child, [...path, child.key], `${code}  `, `${code}  `));
  return [...head, `${code}${field.key}: {`, ...inner, `${code}},`];
}

function exampleOf(path: readonly string[]): unknown {
  const key = path.join('.');
  const value = valueAt(defaults, path) ?? examples[key];
  if (value === undefined) throw new Error(`starter: no example for '${key}'`);
  return value;
}

function renderImages(): string[] {
  const image = unwrap(WrittenConfig.shape.images) as z.ZodRecord;
  const fields = fieldsOf(image.valueType as z.ZodType);
  const describe = (key: string) => fields.find((field) => field.key === key)?.description ?? '';
  const source = fields.find((field) => field.key === 'source');
  const cloudImage =
    source === undefined
      ? undefined
      : variantsOf(source.schema).find((variant) => fieldsOf(variant).some(({ key }) => key === 'template'));
  return [
    ...wrap(WrittenConfig.shape.images.description ?? '', '  // '),
    '  images: {',
    "    'edge-node': {",
    ...wrap(describe('extends'), '      // '),
    "      extends: 'debian12-lab',",
    ...wrap(
      `${Object.keys(imageSettings).join(', ')} and build may stand here as well, for this image alone:`,
      '      // ',
    ),
    "      // packages: ['chrony'],",
    '    },',
    '    // An image of its own:',
    "    // 'my-debian': {",
    ...wrap(describe('os'), '    //   // '),
    "    //   os: { family: 'debian', version: '12' },",
    ...(cloudImage === undefined ? [] : wrap(cloudImage.description ?? '', '    //   // ')),
    '    //   source: {',
    "    //     kind: 'cloudImage',",
    "    //     url: 'https://example.org/debian-12-generic-amd64.qcow2',",
    `    //     checksum: 'sha256:${'0'.repeat(64)}',`,
    '    //   },',
    '    // },',
    '  },',
  ];
}

function renderValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderValue).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const parts = Object.entries(value).map(([key, item]) => `${renderKey(key)}: ${renderValue(item)}`);
    return `{ ${parts.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return `'${value.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

function renderKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : `'${key}'`;
}

function wrap(text: string, prefix: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + word.length + 1 > pageWidth) {
      lines.push(prefix + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, prefix + line];
}
