import { formatPath } from '../config/findings.ts';
import { hasPrivateKey } from '../config/pem.ts';
import { SecretRegistry } from '../core/secrets.ts';
import { type Decoded, decode } from './decode.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault, NodeConfigFinding, TextPlace } from './finding.ts';
import { readText } from './read-text.ts';
import { readTree } from './read-tree.ts';
import { listClusterFaults } from './rules-cluster.ts';
import { listContainerdFaults } from './rules-containerd.ts';
import { listDocumentFaults } from './rules-document.ts';
import { type FileChecks, listFileFaults } from './rules-files.ts';
import { listIamRolesAnywhereFaults } from './rules-iam-ra.ts';
import { listKubeletConfigFaults } from './rules-kubelet-config.ts';
import { listKubeletFlagFaults } from './rules-kubelet-flags.ts';
import { listSsmFaults } from './rules-ssm.ts';
import { listScalars, type Tree } from './tree.ts';
import type { NodeConfig } from './types.ts';

export interface CheckOptions {
  /** As findings name it. */
  file: string;
  /** Looks at the certificate and key the NodeConfig names; without, they are not looked at. */
  files?: FileChecks | undefined;
}

/** A NodeConfig as it was read, and everything wrong with it. */
export interface CheckedNodeConfig {
  /** As nodeadm would see it; undefined when it is no document. What is missing or wrong in it stands in the findings. */
  config: DecodedConfig | undefined;
  findings: NodeConfigFinding[];
}

/**
 * Everything that is wrong with a NodeConfig, in the order of the file: what `nodeadm` 1.0.19 refuses and what it only finds out when the
 * node does not join. No finding quotes a secret. Touches neither disk nor network. Never throws.
 */
export function checkNodeConfig(content: string | Uint8Array, options: CheckOptions): NodeConfigFinding[] {
  return readNodeConfig(content, options).findings;
}

/** The same, with what was read. */
export function readNodeConfig(content: string | Uint8Array, { file, files }: CheckOptions): CheckedNodeConfig {
  const faults: Fault[] = [];
  const report = (fault: Fault) => faults.push(fault);
  const text = readText(content, report);
  const tree = text === undefined ? undefined : readTree(text, report);
  const decoded = tree === undefined ? undefined : decode(tree, report);
  const config = decoded === undefined ? undefined : ((decoded.value ?? {}) as DecodedConfig);
  if (config?.apiVersion === undefined && isUserData(text ?? ''))
    return { config, findings: [toFinding(userDataFault, file, decoded, secretsOf(text ?? '', tree))] };
  if (config !== undefined) {
    const block = decoded?.blockAt(['spec', 'containerd', 'config']);
    faults.push(...dropRepeats(faults, listFaults(config, block)));
    if (files !== undefined) faults.push(...listFileFaults(config, files));
  }
  const hide = secretsOf(text ?? '', tree);
  const findings = faults.slice(0, mostFaults).map((fault) => toFinding(fault, file, decoded, hide));
  return { config, findings: [...sortFindings(findings), ...countRest(faults, file)] };
}

/** What a NodeConfig travels in. */
function isUserData(text: string): boolean {
  return /^\s*#cloud-config\b/.test(text) || /^(mime-version|content-type):/im.test(text.slice(0, 1000));
}

const userDataFault: Fault = {
  path: [],
  code: 'document.header',
  at: { line: 1, column: 1 },
  message: 'this is user data, and nodeadm reads a NodeConfig only; accepted: a NodeConfig by itself',
  hint: "'hnf userdata decode' takes user data apart; the NodeConfig is the file /etc/hybrid-node/nodeconfig.yaml in it.",
};

/** A person corrects so many at once. */
const mostFaults = 500;

function countRest(faults: readonly Fault[], file: string): NodeConfigFinding[] {
  const rest = faults.length - mostFaults;
  if (rest <= 0) return [];
  const message = `${rest} more things are wrong`;
  return [{ file, line: 1, column: 1, path: '', severity: 'error', code: 'text.size', message }];
}

/** What the rules have against a NodeConfig that was built and not read; paths only. */
export function listNodeConfigFaults(config: NodeConfig): Fault[] {
  return listFaults(config as DecodedConfig, undefined);
}

function listFaults(config: DecodedConfig, block: TextPlace | undefined): Fault[] {
  return [
    ...listDocumentFaults(config),
    ...listClusterFaults(config),
    ...listSsmFaults(config),
    ...listIamRolesAnywhereFaults(config),
    ...listKubeletConfigFaults(config),
    ...listKubeletFlagFaults(config),
    ...listContainerdFaults(config, block),
  ];
}

/** A field that could not be decoded is not missing as well. */
function dropRepeats(decoding: readonly Fault[], faults: readonly Fault[]): Fault[] {
  const known = decoding.filter(({ code }) => code === 'field.type').map(({ path }) => formatPath(path));
  return faults.filter(({ path }) => !known.some((at) => isWithin(formatPath(path), at)));
}

function isWithin(path: string, group: string): boolean {
  return group === '' || path === group || path.startsWith(`${group}.`) || path.startsWith(`${group}[`);
}

function toFinding(fault: Fault, file: string, decoded: Decoded | undefined, hide: SecretRegistry): NodeConfigFinding {
  const { path, code, message, severity = 'error', hint } = fault;
  const place = fault.at ?? decoded?.placeOf(path, fault.about ?? 'value') ?? { line: 1, column: 1 };
  return {
    file,
    ...place,
    path: hide.redact(formatPath(path)),
    severity,
    code,
    message: hide.redact(message),
    ...(hint === undefined ? {} : { hint: hide.redact(hint) }),
  };
}

const secretKey = /pass(word|phrase|wd)?$|secret|token|activation_?-?code|private_?-?key$/i;

/** Shorter ones would hide innocent words; no message quotes them anyway. */
const shortestSecret = 8;

/** Findings quote no secret; what a person put in the wrong place is hidden here. */
function secretsOf(text: string, tree: Tree | undefined): SecretRegistry {
  const registry = new SecretRegistry();
  const add = (value: string) => (value.length >= shortestSecret ? registry.add(value) : undefined);
  for (const match of text.matchAll(/activation_?-?code["']?[ \t]*[:=][ \t]*["']?([^\s"']+)/gi)) add(match[1] ?? '');
  if (tree === undefined) return registry;
  for (const { key, scalar } of listScalars(tree)) {
    const value = scalar.plain ?? scalar.text ?? '';
    if (secretKey.test(key) || hasPrivateKey(value)) add(value);
  }
  return registry;
}

function sortFindings(findings: readonly NodeConfigFinding[]): NodeConfigFinding[] {
  return [...findings].sort((a, b) => a.line - b.line || a.column - b.column);
}
