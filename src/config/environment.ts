/** An environment variable hnf honours. */
export interface EnvironmentVariable {
  name: string;
  /** Where its value goes in the config; without one it is only handed on to the programs that read it. */
  path?: string;
  /** Never shown, never in a file; also taken from the file that `<name>_FILE` names. */
  secret?: SecretName;
  /** Also taken from the file that `<name>_FILE` names; every secret is. */
  file?: true;
  /** How its text becomes a value. Default: as it is. */
  as?: 'list' | 'boolean';
  /** Takes the part that is meant out of the text; undefined when it is not in there. */
  pick?: (text: string) => string | undefined;
  description: string;
}

export const secretNames = [
  'sshPassword',
  'redhatPassword',
  'redhatActivationKey',
  'vspherePassword',
  'ssmActivationCode',
  'awsSecretAccessKey',
  'awsSessionToken',
] as const;
export type SecretName = (typeof secretNames)[number];

/** The contract (the variables of AWS's Packer example, govc's, AWS's and the usual ones). Of two rows for one path the later wins. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  {
    name: 'PKR_SSH_PASSWORD',
    secret: 'sshPassword',
    description: 'Password of the build user, for pipelines that set it; not needed: a build uses a key of its own',
  },
  { name: 'ISO_URL', path: 'iso.url', description: 'Installer ISO' },
  { name: 'ISO_CHECKSUM', path: 'iso.checksum', pick: asSha256, description: 'SHA-256 of the installer ISO' },
  { name: 'CLOUD_IMAGE_URL', path: 'cloudImage.url', description: "Vendor's disk image, for RHEL's KVM guest image" },
  {
    name: 'CLOUD_IMAGE_CHECKSUM',
    path: 'cloudImage.checksum',
    pick: asSha256,
    description: "SHA-256 of the vendor's disk image",
  },
  { name: 'CREDENTIAL_PROVIDER', path: 'provider', description: 'ssm, iam-ra or iam' },
  { name: 'K8S_VERSION', path: 'kubernetes', description: 'Kubernetes version, 1.34 or 1.34.2' },
  { name: 'NODEADM_ARCH', path: 'arch', description: 'amd64 (amd) or arm64 (arm)' },
  { name: 'RH_USERNAME', path: 'redhat.username', description: 'User name at Red Hat' },
  { name: 'RH_PASSWORD', secret: 'redhatPassword', description: 'Password at Red Hat' },
  { name: 'RH_ORG', path: 'redhat.organization', description: 'Number of the organisation at Red Hat' },
  { name: 'RH_ACTIVATION_KEY', secret: 'redhatActivationKey', description: 'Activation key at Red Hat' },
  { name: 'RHEL_VERSION', path: 'redhat.version', description: 'Major version of RHEL: 8 or 9' },
  { name: 'GOVC_URL', path: 'vsphere.server', pick: hostOf, description: "govc's address of the vCenter" },
  {
    name: 'GOVC_URL',
    path: 'vsphere.user',
    pick: (text) => userinfoOf(text)?.user,
    description: 'User name inside GOVC_URL',
  },
  {
    name: 'GOVC_URL',
    secret: 'vspherePassword',
    pick: (text) => userinfoOf(text)?.password,
    description: 'Password inside GOVC_URL',
  },
  { name: 'GOVC_USERNAME', path: 'vsphere.user', description: "govc's user name" },
  { name: 'GOVC_PASSWORD', secret: 'vspherePassword', description: "govc's password" },
  { name: 'GOVC_DATACENTER', path: 'vsphere.datacenter', description: "govc's datacenter" },
  { name: 'GOVC_DATASTORE', path: 'vsphere.datastore', description: "govc's datastore" },
  { name: 'GOVC_NETWORK', path: 'vsphere.network', description: "govc's network" },
  { name: 'GOVC_FOLDER', path: 'vsphere.folder', description: "govc's inventory folder" },
  { name: 'GOVC_RESOURCE_POOL', path: 'vsphere.resourcePool', description: "govc's resource pool" },
  { name: 'GOVC_HOST', path: 'vsphere.esxiHost', description: "govc's ESXi host" },
  {
    name: 'GOVC_INSECURE',
    path: 'vsphere.insecure',
    as: 'boolean',
    description: "govc's switch for the certificate check",
  },
  { name: 'GOVC_TLS_CA_CERTS', description: 'CA certificates govc trusts' },
  { name: 'VSPHERE_SERVER', path: 'vsphere.server', description: 'Host name of the vCenter' },
  { name: 'VSPHERE_USER', path: 'vsphere.user', description: 'User name at the vCenter' },
  { name: 'VSPHERE_PASSWORD', secret: 'vspherePassword', description: 'Password at the vCenter' },
  { name: 'VSPHERE_DATACENTER', path: 'vsphere.datacenter', description: 'Datacenter' },
  { name: 'VSPHERE_CLUSTER', path: 'vsphere.cluster', description: 'Compute cluster' },
  { name: 'VSPHERE_DATASTORE', path: 'vsphere.datastore', description: 'Datastore' },
  { name: 'VSPHERE_NETWORK', path: 'vsphere.network', description: 'Network' },
  { name: 'VSPHERE_OUTPUT_FOLDER', path: 'vsphere.folder', description: 'Inventory folder for templates' },
  { name: 'VSPHERE_TEMPLATE', path: 'vsphere.template', description: 'Template that vsphere-clone starts from' },
  {
    name: 'PACKER_OUTPUT_FORMAT',
    path: 'output.formats',
    as: 'list',
    description: 'Formats to write, comma-separated',
  },
  { name: 'EKS_CLUSTER_NAME', path: 'cluster.name', description: 'Name of the EKS cluster' },
  { name: 'AWS_DEFAULT_REGION', path: 'cluster.region', description: 'AWS region' },
  { name: 'AWS_REGION', path: 'cluster.region', description: 'AWS region; beats AWS_DEFAULT_REGION' },
  {
    name: 'HNF_SSM_ACTIVATION_ID',
    path: 'ssm.activationId',
    file: true,
    description: 'Id of the SSM hybrid activation',
  },
  { name: 'HNF_SSM_ACTIVATION_CODE', secret: 'ssmActivationCode', description: 'Code of the SSM hybrid activation' },
  { name: 'AWS_PROFILE', description: "Profile of AWS's own configuration" },
  { name: 'AWS_ACCESS_KEY_ID', description: 'Access key' },
  { name: 'AWS_SECRET_ACCESS_KEY', secret: 'awsSecretAccessKey', description: 'Secret of the access key' },
  { name: 'AWS_SESSION_TOKEN', secret: 'awsSessionToken', description: 'Session token' },
  { name: 'HTTP_PROXY', description: 'Proxy for http' },
  { name: 'HTTPS_PROXY', description: 'Proxy for https' },
  { name: 'NO_PROXY', description: 'Hosts reached without the proxy' },
  {
    name: 'HNF_VSPHERE_PLUGIN',
    description:
      "Whose vSphere plugin of Packer is used: auto, hashicorp or vmware; 'auto' takes the one that is there",
  },
  { name: 'HNF_CACHE_DIR', path: 'cache.directory', description: 'Folder of the cache' },
];

/** Every secret that stands in the environment, whatever it is for: no output may show it. Those in files are known when they are read. */
export function findSecretValues(env: Readonly<Record<string, string | undefined>>): string[] {
  return environmentVariables.flatMap(({ name, secret, pick = (text) => text }) => {
    const value = secret === undefined ? undefined : pick(env[name] ?? '');
    return value === undefined || value === '' ? [] : [value];
  });
}

/** AWS's example takes bare digests too, as Packer does. */
function asSha256(text: string): string {
  return /^[0-9a-fA-F]{64}$/.test(text) ? `sha256:${text}` : text;
}

/** `https://user:password@host:port/sdk` → `host:port`. */
function hostOf(text: string): string {
  return text
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/\/.*$/, '')
    .replace(/^.*@/, '');
}

function userinfoOf(text: string): { user: string; password: string | undefined } | undefined {
  const match = /^(?:[a-z]+:\/\/)?([^:@/]*)(?::([^@/]*))?@/i.exec(text);
  if (match === null) return undefined;
  return { user: decode(match[1] ?? ''), password: match[2] === undefined ? undefined : decode(match[2]) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
