import { suggestion } from '../config/did-you-mean.ts';
import { quote } from '../config/findings.ts';
import { isIpv4 } from '../config/host-name.ts';
import { findLabelFault, findTaintFault, parseTaint } from '../hosts/kubernetes-names.ts';
import { type FlagKind, goneFlags, kubeletFlags, oldFlags } from './data/kubelet-flags.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';
import { isDuration } from './kubelet-values.ts';

interface FlagFault {
  code: string;
  message: string;
  severity?: 'warning';
  hint?: string;
}

/** kubelet's flags, one by one. nodeadm joins them with blanks into one line that systemd takes apart again. */
export function listKubeletFlagFaults({ spec }: DecodedConfig): Fault[] {
  const flags = spec?.kubelet?.flags ?? [];
  return flags.flatMap((flag, index) =>
    listFlagFaults(flag ?? '').map((fault) => ({ ...fault, path: ['spec', 'kubelet', 'flags', index] })),
  );
}

/** Values are quoted only where they are a number, a word, a label or an address: others may be secrets. */
function listFlagFaults(flag: string): FlagFault[] {
  const form = findFormFault(flag);
  if (form !== undefined) return [form];
  const [, name = '', , value] = /^--([^=]*)(=(.*))?$/s.exec(flag) ?? [];
  const reserved = findReservedFault(name, value);
  if (reserved !== undefined) return [reserved];
  const kind = kubeletFlags.get(name);
  if (kind === undefined) return [wordUnknown(name)];
  return [...listKindFaults(name, kind, value), ...listOwnFaults(name, value ?? '')];
}

function findFormFault(flag: string): FlagFault | undefined {
  const code = 'kubelet.flag';
  if (flag === '') return { code, message: 'is empty; accepted: --name=value' };
  const bad = /[\s"'\\\p{Cc}]/u.exec(flag)?.[0];
  if (bad !== undefined) {
    const what = /\s/.test(bad) ? 'a blank' : /\p{Cc}/u.test(bad) ? 'a control character' : bad;
    const message = `has ${what} in it, which the line nodeadm writes for systemd cannot carry; accepted: --name=value, one per item`;
    return { code, message };
  }
  if (/^--[a-z0-9]/i.test(flag)) return undefined;
  const message = 'does not begin with two hyphens and a name; accepted: --name=value in one item';
  return { code, message };
}

/** What nodeadm sets and the node depends on. */
const reserved: Readonly<Record<string, string>> = {
  'hostname-override': 'nodeadm refuses it: the name is nodeName, or with SSM that of the registration',
  config: 'nodeadm writes the configuration and names it here',
  'config-dir': 'nodeadm writes the configuration and names it here',
  kubeconfig: 'nodeadm writes the credentials and names them here',
  'bootstrap-kubeconfig': 'nodeadm writes the credentials and names them here',
  'provider-id': 'EKS knows the node by the one nodeadm sets',
  'image-credential-provider-config': 'nodeadm sets it, and without it no image comes from ECR',
  'image-credential-provider-bin-dir': 'nodeadm sets it, and without it no image comes from ECR',
  'container-runtime-endpoint': "it is nodeadm's containerd",
  runonce: 'kubelet ends after its first pods',
};

function findReservedFault(name: string, value: string | undefined): FlagFault | undefined {
  const code = 'kubelet.flag';
  const plain = name.replaceAll('_', '-').toLowerCase();
  if (plain === 'cloud-provider' && (value ?? '') !== '')
    return {
      code,
      message: "--cloud-provider sets a cloud where a hybrid node has none; accepted: nodeadm's own, empty",
    };
  if (plain === 'register-node' && value === 'false')
    return { code, message: '--register-node=false keeps the node out of the cluster; accepted: true' };
  const reason = reserved[plain];
  return reason === undefined ? undefined : { code, message: `--${plain} is not yours to set: ${reason}` };
}

function wordUnknown(name: string): FlagFault {
  const code = 'kubelet.flag';
  if (oldFlags.includes(name))
    return { code, message: `--${name} is gone from kubelet, which does not start with it`, hint: 'Remove it.' };
  if (goneFlags.includes(name))
    return { code, severity: 'warning', message: `--${name} is gone from kubelet 1.34, which does not start with it` };
  const shown = /^[a-z0-9_-]{1,60}$/i.test(name) ? `--${name}` : 'it';
  return {
    code,
    message: `${shown} is no flag of kubelet, which does not start with it${suggestion(name, [...kubeletFlags.keys()])}`,
  };
}

const accepted: Readonly<Record<FlagKind, string>> = {
  text: 'a value',
  bool: 'true or false',
  int: 'a whole number',
  duration: "a duration, such as '30s'",
  ip: 'an address',
  pairs: 'key=value,key=value',
};

function listKindFaults(name: string, kind: FlagKind, value: string | undefined): FlagFault[] {
  if (value === undefined && kind === 'bool') return [];
  if (value !== undefined && isOfKind(kind, value)) return [];
  const shown =
    value === undefined
      ? 'has no value'
      : /^(int|bool|duration|ip)$/.test(kind)
        ? `has the value ${quote(value)}`
        : 'has another value';
  const message = `--${name} ${shown}; accepted: --${name}= and ${accepted[kind]}`;
  return [{ code: 'kubelet.flag', message }];
}

function isOfKind(kind: FlagKind, value: string): boolean {
  switch (kind) {
    case 'bool':
      return /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value);
    case 'int':
      return /^[+-]?\d{1,10}$/.test(value);
    case 'duration':
      return isDuration(value);
    case 'ip':
      return isIpv4(value) || /^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(value);
    case 'pairs':
      return value.split(',').every((pair) => pair === '' || /[=<]/.test(pair));
    case 'text':
      return true;
  }
}

function listOwnFaults(name: string, value: string): FlagFault[] {
  if (name === 'node-ip') return listAddressFaults(value);
  if (name === 'node-labels') return listLabelFaults(value);
  return name === 'register-with-taints' ? listTaintFaults(value) : [];
}

/** nodeadm takes one IPv4 address (internal/network/utils.go). */
function listAddressFaults(value: string): FlagFault[] {
  if (isIpv4(value) && !/^(0\.|127\.|169\.254\.|2(2[4-9]|[3-5]\d)\.)/.test(value)) return [];
  const message = `--node-ip has the value ${quote(value)}; accepted: one IPv4 address of the node inside the cluster's remote node networks`;
  return [{ code: 'kubelet.node-ip', message }];
}

function listLabelFaults(value: string): FlagFault[] {
  return value
    .split(',')
    .filter((pair) => pair !== '')
    .flatMap((pair) => {
      const [key = '', ...rest] = pair.split('=');
      const fault =
        rest.length > 1
          ? 'has two equals signs; accepted: key=value'
          : findLabelFault(key.trim(), (rest[0] ?? '').trim());
      return fault === undefined ? [] : [{ code: 'kubelet.label', message: `label ${quote(key)} ${fault}` }];
    });
}

function listTaintFaults(value: string): FlagFault[] {
  const seen = new Set<string>();
  return value
    .split(',')
    .filter((text) => text !== '')
    .flatMap((text) => {
      const code = 'kubelet.taint';
      const taint = parseTaint(text);
      const fault = taint === undefined ? 'is no taint; accepted: key=value:Effect' : findTaintFault(taint);
      if (fault !== undefined) return [{ code, message: `taint ${quote(taint?.key ?? text)} ${fault}` }];
      const identity = `${taint?.key}:${taint?.effect}`;
      if (seen.has(identity)) return [{ code, message: `taint '${identity}' stands here twice; accepted: once` }];
      seen.add(identity);
      return [];
    });
}
