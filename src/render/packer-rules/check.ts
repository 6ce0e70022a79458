import { findKernelFaults, findKeyFaults } from '../../catalog/boot-keys.ts';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { type HclBlock, readBlocks, stringsIn } from './blocks.ts';

export interface PackerFault {
  /** From 1. */
  line: number;
  message: string;
}

/**
 * What `packer validate` does not look at and a build would suffer from: the seed's place, what is typed, how the machine ends, who can
 * reach it, what happens to secrets. For image.pkr.hcl of a rendered folder.
 */
export function findPackerFaults(text: string, spec: ImageSpec): PackerFault[] {
  const blocks = readBlocks(text);
  const source = blocks.find(({ type, labels }) => type === 'source' && labels.length === 2);
  if (source === undefined) return [{ line: 1, message: 'there is no source' }];
  return [
    ...findNameFaults(blocks, source, spec),
    ...findSeedFaults(source, spec),
    ...findBootFaults(source, spec),
    ...findEndFaults(source),
    ...(spec.builder === 'qemu' ? findQemuFaults(source) : findVsphereFaults(blocks, source, spec)),
    ...findSecretFaults(blocks),
    ...findBareSecrets(blocks),
  ];
}

function textOf(block: HclBlock, name: string): string {
  return block.attributes.get(name)?.text ?? '';
}

function faultAt(block: HclBlock, name: string, message: string): PackerFault {
  return { line: block.attributes.get(name)?.line ?? block.line, message };
}

/** `-only=general-build.<type>.<image>` has to pick it. */
function findNameFaults(blocks: readonly HclBlock[], source: HclBlock, spec: ImageSpec): PackerFault[] {
  const build = blocks.find(({ type }) => type === 'build');
  const wanted = `source.${spec.builder}.${spec.name}`;
  const faults: PackerFault[] = [];
  if (source.labels.join('.') !== `${spec.builder}.${spec.name}`)
    faults.push({ line: source.line, message: `the source is not called ${spec.builder}.${spec.name}` });
  if (build === undefined) return [...faults, { line: 1, message: 'there is no build' }];
  if (!stringsIn(textOf(build, 'name')).includes('general-build'))
    faults.push(faultAt(build, 'name', "the build is not called 'general-build'"));
  if (!stringsIn(textOf(build, 'sources')).includes(wanted))
    faults.push(faultAt(build, 'sources', `the build does not use '${wanted}'`));
  return faults;
}

interface SeedPlace {
  label: string | undefined;
  members: readonly string[];
}

function seedPlace({ source, os }: ImageSpec): SeedPlace {
  if (source.kind !== 'iso' || os.family === 'ubuntu') return { label: 'cidata', members: ['meta-data', 'user-data'] };
  return os.family === 'rhel'
    ? { label: 'OEMDRV', members: ['ks.cfg'] }
    : { label: undefined, members: ['/preseed.cfg'] };
}

/** A CD with another label or without one of its files is not found, and nobody says so. */
function findSeedFaults(source: HclBlock, spec: ImageSpec): PackerFault[] {
  const { label, members } = seedPlace(spec);
  const content = label === undefined ? 'http_content' : 'cd_content';
  const faults: PackerFault[] = [];
  const found = stringsIn(textOf(source, 'cd_label'))[0];
  if (found !== label && !(label === 'cidata' && found === 'CIDATA')) {
    const message = `cd_label is '${found ?? ''}'; the guest looks for ${label === undefined ? 'no CD' : `'${label}'`}`;
    faults.push(faultAt(source, 'cd_label', message));
  }
  const names = [...textOf(source, content).matchAll(/^\s*"([^"]+)"\s*=/gm)].map((match) => match[1] ?? '');
  for (const name of members.filter((member) => !names.includes(member)))
    faults.push(faultAt(source, content, `${content} has no '${name}'`));
  return faults;
}

function findBootFaults(source: HclBlock, spec: ImageSpec): PackerFault[] {
  const keys = stringsIn(textOf(source, 'boot_command'));
  const messages = findKeyFaults(keys);
  const family = spec.os.family;
  if (spec.source.kind === 'iso') {
    if (keys.length === 0) messages.push('nothing is typed: boot_command is empty or missing');
    else if (family !== 'al2023') messages.push(...findKernelFaults(keys, family));
  }
  return messages.map((message) => faultAt(source, 'boot_command', `boot_command: ${message}`));
}

/** Without a command QEMU is killed, its file system dirty. */
function findEndFaults(source: HclBlock): PackerFault[] {
  const faults: PackerFault[] = [];
  if (stringsIn(textOf(source, 'shutdown_command')).join('').trim() === '')
    faults.push(faultAt(source, 'shutdown_command', 'shutdown_command is missing: the machine would be killed'));
  for (const name of ['ssh_password', 'winrm_password'])
    if (source.attributes.has(name)) faults.push(faultAt(source, name, `${name}: the build has a key, no password`));
  return faults;
}

function findQemuFaults(source: HclBlock): PackerFault[] {
  const args = stringsIn(textOf(source, 'qemuargs'));
  const faults: PackerFault[] = [];
  const forwards = args.filter((text) => text.includes('hostfwd='));
  if (forwards.length === 0 || !forwards.every((text) => /hostfwd=tcp:127\.0\.0\.1:/.test(text)))
    faults.push(faultAt(source, 'qemuargs', "the guest's SSH is not on 127.0.0.1 only"));
  if (args.includes('-drive')) faults.push(faultAt(source, 'qemuargs', "'-drive' takes the machine's own drives away"));
  const devices = textOf(source, 'qemuargs').includes('"-device"');
  if (devices && !args.some((text) => text.startsWith('virtio-net')))
    faults.push(faultAt(source, 'qemuargs', "'-device' takes the machine's network card away"));
  if (!stringsIn(textOf(source, 'vnc_bind_address')).includes('127.0.0.1'))
    faults.push(faultAt(source, 'vnc_bind_address', "the guest's screen is not on 127.0.0.1 only"));
  return faults;
}

function findVsphereFaults(blocks: readonly HclBlock[], source: HclBlock, spec: ImageSpec): PackerFault[] {
  const faults: PackerFault[] = [];
  if (spec.builder === 'vsphere-iso' && textOf(source, 'remote_cache_cleanup') !== 'true')
    faults.push(faultAt(source, 'remote_cache_cleanup', 'the seed CD stays on the datastore'));
  const insecure = textOf(source, 'insecure_connection');
  const variable = blocks.find(({ type, labels }) => type === 'variable' && labels[0] === 'vsphere_insecure');
  const isOff =
    insecure === 'false' ||
    (insecure === 'var.vsphere_insecure' && variable !== undefined && textOf(variable, 'default') === 'false');
  if (!isOff) faults.push(faultAt(source, 'insecure_connection', "the vCenter's certificate is not checked"));
  const exported = blocks.find(({ type }) => type === 'export');
  if (exported !== undefined && /none/.test(textOf(exported, 'manifest')))
    faults.push(faultAt(exported, 'manifest', 'an export without a manifest writes no OVA and does not say so'));
  return faults;
}

const secretName = /password|secret|activation_key|token|private_key$/;

/** Not in the file, not in the log. */
function findSecretFaults(blocks: readonly HclBlock[]): PackerFault[] {
  return blocks
    .filter(({ type, labels }) => ['variable', 'local'].includes(type) && secretName.test(labels[0] ?? ''))
    .flatMap((block) => {
      const faults: PackerFault[] = [];
      const name = block.labels[0] ?? '';
      if (textOf(block, 'sensitive') !== 'true')
        faults.push({ line: block.line, message: `'${name}' is not sensitive` });
      const given = textOf(block, 'default');
      if (given !== '' && !/^env\("[A-Z_]+"\)$/.test(given))
        faults.push(faultAt(block, 'default', `'${name}' has a value in the file`));
      return faults;
    });
}

const bareSecret = /\bvar\.(\w*(?:password|secret|activation_key|token))\b/g;

/** A plugin reads each of its settings as a Go template: `{{` in a password would break the build, or run a function of Packer's. */
function findBareSecrets(blocks: readonly HclBlock[]): PackerFault[] {
  return blocks
    .filter(({ type }) => !['variable', 'local', 'locals', 'validation'].includes(type))
    .flatMap(({ attributes }) =>
      [...attributes.values()].flatMap(({ line, text }) =>
        [...text.replaceAll(/replace\([^\n]*\)/g, '').matchAll(bareSecret)].map(([, name]) => ({
          line,
          message: `'${name}' is handed to a plugin as it is, which takes '{{' in it for a Go template`,
        })),
      ),
    );
}
