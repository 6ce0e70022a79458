/** One NodeConfig, what nodeadm 1.0.19 says to it and what we say. */
export interface NodeConfigCase {
  name: string;
  /** `{pki}` stands for a folder with certificates (pki.ts). */
  text: string | Uint8Array;
  /** `nodeadm config check`; looked up with the real one in test/integration/nodeconfig. */
  nodeadm: 'accepts' | 'refuses';
  /** Codes of our errors, each once, sorted. None: we accept it. */
  codes: readonly string[];
  /** Codes of our warnings, each once, sorted. */
  warnings?: readonly string[];
  /** Why we refuse what nodeadm accepts; docs/nodeconfig.md lists these. */
  stricter?: string;
}

export const activationCode = 'c0deC0deC0deC0deC0de';
export const activationId = '01234567-89ab-cdef-0123-456789abcdef';

export const ssm = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: "edge"
    region: "us-west-2"
  hybrid:
    ssm:
      activationCode: "${activationCode}"
      activationId: "${activationId}"
`;

const id = '01234567-89ab-cdef-0123-456789abcdef';

export const iamRa = `apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: "edge"
    region: "us-west-2"
  hybrid:
    iamRolesAnywhere:
      nodeName: "edge-1"
      trustAnchorArn: "arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/${id}"
      profileArn: "arn:aws:rolesanywhere:us-west-2:123456789012:profile/${id}"
      roleArn: "arn:aws:iam::123456789012:role/AmazonEKSHybridNodesRole"
      certificatePath: "{pki}/server.pem"
      privateKeyPath: "{pki}/server.key"
`;

/** The text with one part changed; a part that is not there is a mistake of the table. */
export function change(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`not in the sample: ${from}`);
  return text.replace(from, () => to);
}

/** The sample for SSM with one part changed. */
export const ssmWith = (from: string, to: string): string => change(ssm, from, to);

export const iamRaWith = (from: string, to: string): string => change(iamRa, from, to);

/** Lines below `spec.kubelet`. */
export const kubelet = (lines: string): string => `${ssm}  kubelet:\n${indent(lines, 4)}`;

/** One kubelet flag, quoted. */
export const flag = (text: string): string => kubelet(`flags:\n  - ${JSON.stringify(text)}`);

/** Lines below `spec.kubelet.config`. */
export const kubeletConfig = (lines: string): string => kubelet(`config:\n${indent(lines, 2)}`);

export const containerd = (toml: string): string => `${ssm}  containerd:\n    config: |\n${indent(toml, 6)}`;

function indent(lines: string, width: number): string {
  return `${lines.replace(/^(?=.)/gm, ' '.repeat(width)).replace(/\n$/, '')}\n`;
}

export const accepted = (name: string, text: string | Uint8Array, warnings?: readonly string[]): NodeConfigCase => ({
  name,
  text,
  nodeadm: 'accepts',
  codes: [],
  ...(warnings === undefined ? {} : { warnings }),
});

export const refused = (
  name: string,
  text: string | Uint8Array,
  codes: readonly string[],
  warnings?: readonly string[],
): NodeConfigCase => ({ name, text, nodeadm: 'refuses', codes, ...(warnings === undefined ? {} : { warnings }) });

/** We refuse it, nodeadm does not. */
export const stricter = (
  name: string,
  text: string | Uint8Array,
  codes: readonly string[],
  reason: string,
  warnings?: readonly string[],
): NodeConfigCase => ({
  name,
  text,
  nodeadm: 'accepts',
  codes,
  stricter: reason,
  ...(warnings === undefined ? {} : { warnings }),
});
