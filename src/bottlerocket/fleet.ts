import type { Taint } from '../hosts/kubernetes-names.ts';

/** A value of TOML as a config can say it. */
export type SettingValue = string | number | boolean | readonly SettingValue[] | SettingTable;
export interface SettingTable {
  readonly [key: string]: SettingValue | undefined;
}

/** What the Bottlerocket nodes of a fleet have in common; secrets stand in it as they are. `NodeSettings` fits. */
export interface BottlerocketFleet {
  readonly cluster: {
    readonly name: string;
    readonly region: string;
    readonly apiServerEndpoint: string;
    /** PEM in base64. */
    readonly certificateAuthority: string;
    /** Network of the services. */
    readonly cidr: string;
  };
  readonly credentials:
    | { readonly kind: 'ssm'; readonly activationCode: string; readonly activationId: string }
    | {
        readonly kind: 'iam-ra';
        readonly trustAnchorArn: string;
        readonly profileArn: string;
        readonly roleArn: string;
      };
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly maxPods?: number | undefined;
  /** For the Pod Identity agent. */
  readonly enableCredentialsFile?: boolean | undefined;
  /** Images in place of those Bottlerocket's release pins, with a tag or a digest. */
  readonly sources?: {
    readonly bootstrap?: string | undefined;
    readonly admin?: string | undefined;
    readonly control?: string | undefined;
  };
  /** SSH into the admin container; absent turns it off. */
  readonly admin?: { readonly user: string; readonly authorizedKeys: readonly string[] } | undefined;
  /** Settings of a person, without the leading `settings`; ours are not theirs to change. */
  readonly extra?: SettingTable | undefined;
}

export interface BottlerocketHost {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly Taint[] | undefined;
  /** `10.0.0.5` or `10.0.0.5/24`: the address kubelet uses; Bottlerocket itself gets it by DHCP. */
  readonly ip?: string | undefined;
  readonly maxPods?: number | undefined;
  /** With IAM Roles Anywhere: PEM. */
  readonly certificate?: string | undefined;
  /** With IAM Roles Anywhere: PEM, secret. */
  readonly privateKey?: string | undefined;
}
