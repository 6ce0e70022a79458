import type { Taint } from '../hosts/kubernetes-names.ts';
import type { Json, NodeCluster, SsmOptions } from './types.ts';

/** What the nodes of a fleet have in common; secrets stand in it as they are. */
export interface NodeSettings {
  readonly cluster: NodeCluster;
  readonly credentials: NodeCredentials;
  readonly enableCredentialsFile?: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods?: number | undefined;
  readonly kubelet: {
    readonly config: Readonly<Record<string, Json>>;
    readonly flags: readonly string[];
  };
  /** TOML. */
  readonly containerd?: string | undefined;
}

export type NodeCredentials = SsmCredentials | IamRolesAnywhereCredentials;

export interface SsmCredentials extends SsmOptions {
  readonly kind: 'ssm';
}

export interface IamRolesAnywhereCredentials {
  readonly kind: 'iam-ra';
  readonly trustAnchorArn: string;
  readonly profileArn: string;
  readonly roleArn: string;
  readonly certificatePath: string;
  readonly privateKeyPath: string;
  readonly awsConfigPath?: string | undefined;
}

/** What is a host's own; it is put on top of the settings. */
export interface NodeHost {
  /** The node's name with IAM Roles Anywhere; with SSM the node gets the name of its registration, `mi-…`. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly Taint[] | undefined;
  /** `10.0.0.5` or `10.0.0.5/24`: becomes `--node-ip`. */
  readonly ip?: string | undefined;
  readonly maxPods?: number | undefined;
}
