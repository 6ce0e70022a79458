import fc from 'fast-check';
import { hostileText } from '../../render/hostile-text.ts';

/** A field of the config in which a person writes text of their own. */
export interface FreeField {
  name: string;
  /** `free`: most texts have to get through; `rule`: a rule decides; `closed`: nothing gets through that means something anywhere. */
  kind: 'free' | 'rule' | 'closed';
  /** The config with the text in it. */
  config(text: string): Record<string, unknown>;
}

const sum = `sha256:${'0123456789abcdef'.repeat(4)}`;
const field = (name: string, kind: FreeField['kind'], config: FreeField['config']): FreeField => ({
  name,
  kind,
  config,
});
const inProfile = (name: string, kind: FreeField['kind'], make: (text: string) => unknown): FreeField =>
  field(`profile.${name}`, kind, (text) => ({ profile: make(text) }));

export const freeFields: readonly FreeField[] = [
  field('timezone', 'closed', (timezone) => ({ timezone })),
  field('locale', 'closed', (locale) => ({ locale })),
  field('keyboard', 'closed', (keyboard) => ({ keyboard })),
  field('kubernetes', 'closed', (kubernetes) => ({ kubernetes })),
  field('nodeadm.version', 'closed', (version) => ({ nodeadm: { version } })),
  field('cluster.region', 'closed', (region) => ({ cluster: { region } })),
  field('hardware.guestOsType', 'closed', (guestOsType) => ({ hardware: { guestOsType } })),
  field('disk.partitions', 'closed', (mount) => ({ disk: { sizeGiB: 60, partitions: [{ mount, sizeGiB: 4 }] } })),
  field('packages', 'rule', (text) => ({ packages: [text] })),
  field('iso.url, a path', 'rule', (text) => ({ iso: { url: `/srv/${text}.iso`, checksum: sum } })),
  field('iso.url, an address', 'rule', (text) => ({
    iso: { url: `https://iso.example.org/${text}.iso`, checksum: sum },
  })),
  field('iso.url, a datastore', 'rule', (text) => ({ iso: { url: `[ds1] ${text}/x.iso`, checksum: sum } })),
  field('cloudImage.url', 'rule', (text) => ({ cloudImage: { url: `/srv/${text}.qcow2`, checksum: sum } })),
  field('vsphere.template', 'free', (template) => ({ vsphere: { template } })),
  inProfile('proxy.http', 'closed', (text) => ({ proxy: { http: `http://${text}:3128` } })),
  inProfile('proxy.noProxy', 'closed', (text) => ({
    proxy: { http: 'http://proxy.example.org:3128', noProxy: [text] },
  })),
  inProfile('mirrors.apt', 'rule', (text) => ({ mirrors: { apt: `http://mirror.example.org/${text}` } })),
  inProfile('mirrors.aptSecurity', 'rule', (text) => ({
    mirrors: { aptSecurity: `http://mirror.example.org/${text}` },
  })),
  inProfile('mirrors.docker', 'rule', (text) => ({ mirrors: { docker: `http://mirror.example.org/${text}` } })),
  inProfile('mirrors.dnf.baseurl', 'rule', (text) => ({
    mirrors: { dnf: [{ id: 'baseos', baseurl: `http://mirror.example.org/${text}` }] },
  })),
  inProfile('mirrors.dnf.id', 'closed', (id) => ({
    mirrors: { dnf: [{ id, baseurl: 'http://mirror.example.org/x' }] },
  })),
  inProfile('mirrors.dnf.gpgkey', 'rule', (text) => ({
    mirrors: { dnf: [{ id: 'baseos', baseurl: 'http://mirror.example.org/x', gpgkey: `file:///etc/${text}` }] },
  })),
  inProfile('ntp', 'closed', (server) => ({ ntp: [server] })),
  inProfile('kernelArguments', 'rule', (text) => ({ kernelArguments: [`x=${text}`] })),
  inProfile('files.path', 'free', (text) => ({ files: [{ path: `/etc/${text}`, content: 'x' }] })),
  inProfile('files.content', 'free', (content) => ({ files: [{ path: '/etc/x.conf', content }] })),
  inProfile('scripts.name', 'rule', (name) => ({ scripts: { pre: [{ name, content: 'true' }] } })),
  inProfile('scripts.content', 'free', (content) => ({ scripts: { post: [{ name: 'x.sh', content }] } })),
  inProfile('caCertificates.name', 'rule', (name) => ({ caCertificates: [{ name, pem: 'PEM' }] })),
  inProfile('preload.reference', 'rule', (text) => ({ preload: [{ reference: `registry.example.org/${text}:1` }] })),
  inProfile('preload.url', 'rule', (text) => ({
    preload: [{ reference: 'registry.example.org/x:1', url: `/srv/${text}.tar`, sha256: '0'.repeat(64) }],
  })),
];

const plainPieces = [
  ...['${', '%{', '$', '%', '$$', '%%', '{', '}', '{{', '}}', '{{{', '$${', '%%{', '$(id)', '${id}', '#', ';', '&&'],
  ...['%end', '%include', '---', '!!python/object', '&a', '*a', '<<', '~', '|', '>', "'", '"', '\\', '`id`', '\\u0041'],
  ...['ü', 'e\u0301', '日本', '😀', 'a', '-', '.', '_', '+', '@', '=', ',', ':', '/', '(', ')', '[', ']', '?', '*'],
];

/** Hostile without blanks and control characters, so that more of it passes the rules of addresses and names. */
const oneWord = fc
  .array(fc.constantFrom(...plainPieces), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''));

/** Always tried: what each of the languages would trip over first. */
const classics = [
  ...[
    '${env("HOME")}',
    '%{ if true }x%{ endif }',
    '$${x}',
    '{{ env `HOME` }}',
    '{{',
    '{{"{{"}}',
    '"',
    "'",
    '\\',
    "'; id; '",
  ],
  ...[
    '$(id)',
    '`id`',
    '\n%end\n%post\nid\n%end\n',
    '%end',
    '\n  late-commands: [id]',
    ': x',
    '- x',
    '# x',
    'yes',
    'ü',
    '😀',
  ],
  ...['\u0000', '\u0001', '\u0085', '\u2028', '\ufeff', '\ud800', '\r\n', '\t', '--plaintext', 'a b'],
];

/** Marks around the text show where it begins and ends, wherever it turns up. */
export function marked(text: string): string {
  return `q7z${text}z7q`;
}

/** Letters, digits and signs that no language of ours gives a meaning to. */
export function isHarmless(text: string): boolean {
  return /^[A-Za-z0-9._:+-]+$/.test(text);
}

export function sampleTexts(count: number): string[] {
  return [...classics, ...fc.sample(hostileText, count), ...fc.sample(oneWord, count)].map(marked);
}
