/** A value of YAML or JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * nodeadm's NodeConfig, with exactly its field names (aws/eks-hybrid, api/v1alpha1/nodeconfig_types.go, v1.0.19;
 * https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-nodeadm.html). Fields that only EC2 nodes and Outposts use are left out.
 */
export interface NodeConfig {
  readonly apiVersion: 'node.eks.aws/v1alpha1';
  readonly kind: 'NodeConfig';
  readonly metadata?: {
    readonly name?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
  readonly spec: NodeConfigSpec;
}

export interface NodeConfigSpec {
  readonly cluster: NodeCluster;
  readonly hybrid: HybridOptions;
  readonly kubelet?: KubeletOptions | undefined;
  readonly containerd?: ContainerdOptions | undefined;
}

/** With all three of `apiServerEndpoint`, `certificateAuthority` and `cidr` nodeadm does not ask EKS for them. */
export interface NodeCluster {
  readonly name: string;
  readonly region: string;
  /** `https://…` */
  readonly apiServerEndpoint?: string | undefined;
  /** PEM, in base64. */
  readonly certificateAuthority?: string | undefined;
  /** Network of the cluster's services, IPv4; DNS is its tenth address. */
  readonly cidr?: string | undefined;
}

/** Exactly one of `ssm` and `iamRolesAnywhere`. */
export interface HybridOptions {
  /** Also writes credentials to /eks-hybrid/.aws, for the Pod Identity agent. */
  readonly enableCredentialsFile?: boolean | undefined;
  readonly ssm?: SsmOptions | undefined;
  readonly iamRolesAnywhere?: IamRolesAnywhereOptions | undefined;
}

export interface SsmOptions {
  /** Secret. */
  readonly activationCode: string;
  readonly activationId: string;
}

export interface IamRolesAnywhereOptions {
  /** The node's name and the name of its role session; the common name of its certificate where the role's trust policy asks for it. */
  readonly nodeName: string;
  readonly trustAnchorArn: string;
  readonly profileArn: string;
  readonly roleArn: string;
  readonly certificatePath?: string | undefined;
  readonly privateKeyPath?: string | undefined;
  readonly awsConfigPath?: string | undefined;
}

export interface KubeletOptions {
  /** Fields of KubeletConfiguration; lists replace nodeadm's own. */
  readonly config?: Readonly<Record<string, Json>> | undefined;
  /** `--name=value`, after nodeadm's own. */
  readonly flags?: readonly string[] | undefined;
}

export interface ContainerdOptions {
  /** TOML; becomes /etc/containerd/config.d/00-nodeadm.toml. */
  readonly config?: string | undefined;
}

/** Where `nodeadm init` looks for what a NodeConfig does not say; `nodeadm config check` wants it said. */
export const nodeadmPaths = {
  certificatePath: '/etc/iam/pki/server.pem',
  privateKeyPath: '/etc/iam/pki/server.key',
  awsConfigPath: '/etc/aws/hybrid/config',
} as const;
