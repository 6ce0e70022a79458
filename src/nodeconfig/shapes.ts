/** What a field holds. */
export type Shape =
  | { kind: 'text' | 'bool' | 'int' | 'float' | 'base64' | 'time' | 'duration' | 'any' }
  | { kind: 'list'; item: Shape }
  | { kind: 'map'; value: Shape }
  | GroupShape;

export interface GroupShape {
  kind: 'group';
  fields: Fields;
}

export type Fields = Readonly<Record<string, Shape>>;

export const text: Shape = { kind: 'text' };
export const bool: Shape = { kind: 'bool' };
export const int: Shape = { kind: 'int' };
export const float: Shape = { kind: 'float' };
export const base64: Shape = { kind: 'base64' };
export const time: Shape = { kind: 'time' };
export const duration: Shape = { kind: 'duration' };
export const any: Shape = { kind: 'any' };
export const list = (item: Shape): Shape => ({ kind: 'list', item });
export const map = (value: Shape): Shape => ({ kind: 'map', value });
export const group = (fields: Fields): GroupShape => ({ kind: 'group', fields });

/** Kubernetes' ObjectMeta; nodeadm reads it and looks at none of it. */
const metadata = group({
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: int,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: int,
  labels: map(text),
  annotations: map(text),
  ownerReferences: list(any),
  finalizers: list(text),
  managedFields: list(any),
});

/** nodeadm v1.0.19's own type, internal/api/types.go; `status` is there too and is refused with a reason of its own. */
export const nodeConfigShape = group({
  apiVersion: text,
  kind: text,
  metadata,
  spec: group({
    cluster: group({
      name: text,
      region: text,
      apiServerEndpoint: text,
      certificateAuthority: base64,
      cidr: text,
      enableOutpost: bool,
      id: text,
    }),
    containerd: group({ config: text }),
    instance: group({ localStorage: group({ strategy: text }) }),
    kubelet: group({ config: map(any), flags: list(text) }),
    hybrid: group({
      enableCredentialsFile: bool,
      ssm: group({ activationCode: text, activationId: text }),
      iamRolesAnywhere: group({
        nodeName: text,
        trustAnchorArn: text,
        profileArn: text,
        roleArn: text,
        awsConfigPath: text,
        certificatePath: text,
        privateKeyPath: text,
      }),
    }),
  }),
});
