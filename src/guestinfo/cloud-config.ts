import { dump } from 'js-yaml';
import { FactoryError } from '../core/errors.ts';
import { mergeCloudConfig } from './merge.ts';
import { type Command, guestPaths, type Json, type JsonMap, type PayloadFile, type PayloadSettings } from './types.ts';

/** What stands in one machine's cloud-config and in no other's. */
export interface CloudConfigParts {
  /** The name's first label. */
  hostname: string;
  /** The whole name, where it has more labels. */
  fqdn?: string | undefined;
  /** The NodeConfig, as text. */
  nodeConfig: string;
}

/** The cloud-config of one machine, the fleet's own on top of it. Pure. */
export function buildCloudConfig(settings: PayloadSettings, parts: CloudConfigParts): JsonMap {
  const own = buildOwnConfig(settings, parts);
  return settings.extra === undefined || settings.multipart ? own : mergeCloudConfig(own, settings.extra);
}

/**
 * `#cloud-config` by js-yaml, nothing folded: PyYAML reads every text back as it was (test/integration/userdata). Line ends are LF.
 * @throws FactoryError `input.invalid` for text no file can carry
 */
export function renderCloudConfig(config: JsonMap): string {
  checkText(config);
  return `#cloud-config\n${dump(config, { lineWidth: -1, noRefs: true })}`;
}

/** js-yaml would write it as an escape that PyYAML reads and cloud-init then cannot write. */
function checkText(value: Json): void {
  if (typeof value === 'string' && !value.isWellFormed())
    throw new FactoryError('input.invalid', 'the cloud-config holds half of a character; accepted: text');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    checkText(key);
    checkText(item);
  }
}

function buildOwnConfig(settings: PayloadSettings, { hostname, fqdn, nodeConfig }: CloudConfigParts): JsonMap {
  const { ntp, files, commands } = settings;
  const nodeConfigFile = { path: guestPaths.nodeConfig, mode: 0o600, content: nodeConfig };
  return {
    // Ubuntu's installer leaves it true.
    preserve_hostname: false,
    hostname,
    ...(fqdn === undefined ? {} : { fqdn }),
    ...buildAccess(settings.access),
    ...(ntp.length === 0 ? {} : { ntp: { enabled: true, servers: ntp } }),
    // Before write_files, which would make the folder for everybody to read, and a file before its mode.
    bootcmd: [['install', '-d', '-m', '0700', guestPaths.folder]],
    write_files: [...files, nodeConfigFile].map(buildFile),
    // The unit waits for cloud-init: without --no-block both would wait for each other.
    runcmd: [...commands.map(buildCommand), ['systemctl', 'start', '--no-block', guestPaths.joinUnit]],
  };
}

/** Keys only: passwords are ignored for accounts that the image has already. `default` keeps the image's own user. */
function buildAccess({ user, authorizedKeys }: PayloadSettings['access']): JsonMap {
  if (user === undefined) return authorizedKeys.length === 0 ? {} : { ssh_authorized_keys: authorizedKeys };
  const account = {
    name: user,
    shell: '/bin/bash',
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    lock_passwd: true,
    ...(authorizedKeys.length === 0 ? {} : { ssh_authorized_keys: authorizedKeys }),
  };
  return { users: ['default', account] };
}

function buildFile({ path, mode, content }: PayloadFile): JsonMap {
  return { path, owner: 'root:root', permissions: mode.toString(8).padStart(4, '0'), content };
}

function buildCommand(command: Command): Json {
  return typeof command === 'string' ? command : [...command];
}
