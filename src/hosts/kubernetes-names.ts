/** A taint as Kubernetes has it; without `value` it is the empty text. */
export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: TaintEffect;
}

export const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
export type TaintEffect = (typeof taintEffects)[number];

const namePart = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Label values, and with them the label kubernetes.io/hostname that kubelet makes of the node's name, end here. */
const longestNodeName = 63;

/** Labels of Kubernetes' own name spaces that a kubelet may set on its node (k8s.io/kubelet/pkg/apis/well_known_labels.go, v1.34). */
const allowedLabels: ReadonlySet<string> = new Set([
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);

const allowedNamespaces = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

/** nodeadm sets these; EKS approves certificates of hybrid nodes by the first. */
const nodeadmLabels = ['eks.amazonaws.com/compute-type', 'eks.amazonaws.com/hybrid-credential-provider'];

/**
 * Why a kubelet would refuse this label with `--node-labels`, or a control plane from a kubelet; undefined when neither would. The reason
 * completes a sentence that begins with the label.
 */
export function findLabelFault(key: string, value: string): string | undefined {
  return findKeyFault(key) ?? findReservedFault(key) ?? findValueFault(value);
}

/** The same for a taint. */
export function findTaintFault(taint: { key: string; value?: string | undefined; effect: string }): string | undefined {
  const { key, value = '', effect } = taint;
  if (!(taintEffects as readonly string[]).includes(effect))
    return `has the effect '${effect}'; accepted: ${taintEffects.join(', ')}`;
  return findKeyFault(key) ?? findValueFault(value);
}

/** Why this cannot be the name of a node (RFC 1123 subdomain, lower case); undefined when it can. */
export function findNodeNameFault(name: string): string | undefined {
  if (name === '') return 'is empty; accepted: lower-case letters, digits, hyphens and dots';
  if (name.length > longestNodeName)
    return `is ${name.length} characters long; accepted: at most ${longestNodeName}, the length of the label kubernetes.io/hostname`;
  if (subdomain.test(name)) return undefined;
  const accepted = 'lower-case letters, digits, hyphens and dots, a letter or digit first and last (RFC 1123)';
  return subdomain.test(name.toLowerCase())
    ? `has capital letters, and kubelet would register another name; accepted: '${name.toLowerCase()}'`
    : `is no name for a node; accepted: ${accepted}`;
}

/** `key=value:Effect` as kubelet, kubectl and the hosts file write it. */
export function formatTaint({ key, value, effect }: Taint): string {
  return value === undefined || value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

/** The reverse of `formatTaint`; the parts are not judged. Undefined when there is no effect or a part too many. */
export function parseTaint(text: string): { key: string; value: string; effect: string } | undefined {
  const match = /^([^=:]*)(?:=([^=:]*))?:([^=:]*)$/.exec(text);
  return match === null ? undefined : { key: match[1] ?? '', value: match[2] ?? '', effect: match[3] ?? '' };
}

function findKeyFault(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length > 1 ? parts[0] : undefined;
  if (parts.length > 2) return 'has more than one slash; accepted: a name, or a DNS domain, one slash and a name';
  if (name === '') return 'has no name; accepted: a name, or a DNS domain, a slash and a name';
  if (name.length > 63) return `has a name of ${name.length} characters; accepted: at most 63`;
  if (!namePart.test(name))
    return 'has a name kubelet refuses; accepted: letters, digits, hyphens, underscores and dots, a letter or digit first and last';
  if (prefix === undefined) return undefined;
  if (prefix.length > 253) return `has a domain of ${prefix.length} characters; accepted: at most 253`;
  if (!subdomain.test(prefix)) return 'has no DNS domain before the slash; accepted: lower-case, such as example.com';
  return undefined;
}

function findReservedFault(key: string): string | undefined {
  const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  if (nodeadmLabels.includes(key)) return 'is set by nodeadm, and EKS relies on it; accepted: labels of your own';
  if (!/(^|\.)(kubernetes|k8s)\.io$/.test(namespace) || allowedLabels.has(key)) return undefined;
  if (allowedNamespaces.some((allowed) => namespace === allowed || namespace.endsWith(`.${allowed}`))) return undefined;
  return "stands in Kubernetes' own name space, and kubelet does not start with it; accepted there: topology.kubernetes.io/zone and /region, node.kubernetes.io/…, kubelet.kubernetes.io/…, kubernetes.io/hostname, /os, /arch. Set others with 'kubectl label node' after the join";
}

function findValueFault(value: string): string | undefined {
  if (value.length > 63) return `has a value of ${value.length} characters; accepted: at most 63`;
  if (value === '' || namePart.test(value)) return undefined;
  return 'has a value kubelet refuses; accepted: nothing, or letters, digits, hyphens, underscores and dots, a letter or digit first and last';
}
