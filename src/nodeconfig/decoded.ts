import type { Json } from './types.ts';

/** A NodeConfig as nodeadm's decoder hands it on: anything may be missing, nothing is judged. */
export interface DecodedConfig {
  apiVersion?: string;
  kind?: string;
  spec?: {
    cluster?: Partial<
      Record<'name' | 'region' | 'apiServerEndpoint' | 'certificateAuthority' | 'cidr' | 'id', string>
    > & {
      enableOutpost?: boolean;
    };
    containerd?: { config?: string };
    instance?: Record<string, Json>;
    kubelet?: { config?: Readonly<Record<string, Json>>; flags?: readonly (string | null)[] };
    hybrid?: DecodedHybrid;
  };
}

export interface DecodedHybrid {
  enableCredentialsFile?: boolean;
  ssm?: { activationCode?: string; activationId?: string };
  iamRolesAnywhere?: Partial<Record<IamRolesAnywhereField, string>>;
}

export type IamRolesAnywhereField =
  | 'nodeName'
  | 'trustAnchorArn'
  | 'profileArn'
  | 'roleArn'
  | 'certificatePath'
  | 'privateKeyPath'
  | 'awsConfigPath';
