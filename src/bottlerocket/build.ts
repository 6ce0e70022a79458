import { clusterDnsAddress } from '../config/cluster-cidr.ts';
import { FactoryError } from '../core/errors.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Taint } from '../hosts/kubernetes-names.ts';
import type { BottlerocketFleet, BottlerocketHost, SettingTable } from './fleet.ts';
import { mergeExtra } from './merge-extra.ts';
import { BottlerocketSettings } from './schema.ts';

/** As AWS's page has them; in ECR's own words the stars are not escaped. */
const ecrPatterns = [
  '*.dkr.ecr.*.amazonaws.com',
  '*.dkr.ecr.*.amazonaws.com.cn',
  '*.dkr.ecr.*.amazonaws.eu',
  '*.dkr.ecr-fips.*.amazonaws.com',
  '*.dkr.ecr-fips.*.amazonaws.eu',
  'public.ecr.aws',
];

/**
 * The settings of one host (https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-bottlerocket.html), checked against Bottlerocket's own
 * models. Pure.
 * @throws FactoryError `input.invalid` with everything its API would refuse at the first boot.
 */
export function buildBottlerocketSettings(fleet: BottlerocketFleet, host: BottlerocketHost): BottlerocketSettings {
  const own: SettingTable = {
    kubernetes: buildKubernetes(fleet, host),
    network: { hostname: host.name },
    aws: buildAws(fleet, host),
    'bootstrap-containers': {
      'eks-hybrid-setup': {
        mode: 'always',
        ...(fleet.sources?.bootstrap === undefined ? {} : { source: fleet.sources.bootstrap }),
        'user-data': encode(buildSetupCommand(fleet, host)),
      },
    },
    'host-containers': buildHostContainers(fleet),
  };
  const result = BottlerocketSettings.safeParse({ settings: mergeExtra(own, fleet.extra ?? {}) });
  if (result.success) return result.data;
  throw new FactoryError('input.invalid', `Bottlerocket would refuse the settings of '${host.name}'`, {
    details: result.error.issues.map(({ path }) => `${path.join('.')} has a value its model does not take`),
    hint: 'Correct the config or the host; https://bottlerocket.dev/en/os/latest/api/settings-index lists what each takes.',
  });
}

function buildKubernetes(fleet: BottlerocketFleet, host: BottlerocketHost): SettingTable {
  const { name, region, apiServerEndpoint, certificateAuthority, cidr } = fleet.cluster;
  const taints = groupTaints([...fleet.taints, ...(host.taints ?? [])]);
  const maxPods = host.maxPods ?? fleet.maxPods;
  const [address = ''] = (host.ip ?? '').split('/');
  return {
    'cluster-name': name,
    'api-server': apiServerEndpoint,
    'cluster-certificate': certificateAuthority.replace(/\s/g, ''),
    'cluster-dns-ip': clusterDnsAddress(cidr),
    'hostname-override': host.name,
    'provider-id': `eks-hybrid:///${region}/${name}/${host.name}`,
    'authentication-mode': 'aws',
    'cloud-provider': '',
    'server-tls-bootstrap': true,
    ...(maxPods === undefined ? {} : { 'max-pods': maxPods }),
    ...(address === '' ? {} : { 'node-ip': address }),
    'node-labels': {
      'eks.amazonaws.com/compute-type': 'hybrid',
      'eks.amazonaws.com/hybrid-credential-provider': fleet.credentials.kind,
      ...fleet.labels,
      ...host.labels,
    },
    ...(Object.keys(taints).length === 0 ? {} : { 'node-taints': taints }),
    'credential-providers': {
      'ecr-credential-provider': { enabled: true, 'cache-duration': '12h', 'image-patterns': ecrPatterns },
    },
  };
}

/** Key → `value:Effect`; the later of two with the same key and effect counts. */
function groupTaints(taints: readonly Taint[]): Record<string, string[]> {
  const byIdentity = new Map(taints.map((taint) => [`${taint.key}:${taint.effect}`, taint]));
  const groups: Record<string, string[]> = {};
  for (const { key, value = '', effect } of byIdentity.values())
    groups[key] = [...(groups[key] ?? []), `${value}:${effect}`];
  return groups;
}

function buildAws({ cluster, credentials }: BottlerocketFleet, { name }: BottlerocketHost): SettingTable {
  if (credentials.kind === 'ssm') return { region: cluster.region };
  const { profileArn, roleArn, trustAnchorArn } = credentials;
  const command = [
    'aws_signing_helper credential-process',
    '--certificate /root/.aws/node.crt --private-key /root/.aws/node.key',
    `--profile-arn ${profileArn} --role-arn ${roleArn} --trust-anchor-arn ${trustAnchorArn}`,
    `--role-session-name ${name}`,
  ].join(' ');
  return { region: cluster.region, config: encode(`[default]\ncredential_process = ${command}\n`) };
}

/**
 * What the bootstrap container runs: its user data is a file made executable and handed to a shell (bottlerocket-bootstrap-container,
 * bootstrap-script.sh).
 */
export function buildSetupCommand(fleet: BottlerocketFleet, host: BottlerocketHost): string {
  const { cluster, credentials, enableCredentialsFile = false } = fleet;
  const file = enableCredentialsFile ? ['--enable-credentials-file=true'] : [];
  if (credentials.kind === 'ssm') {
    const { activationId, activationCode } = credentials;
    const options = { 'activation-id': activationId, 'activation-code': activationCode, region: cluster.region };
    const words = Object.entries(options).map(([key, value]) => `--${key}=${shellWord(value)}`);
    return `${['eks-hybrid-ssm-setup', ...words, ...file].join(' ')}\n`;
  }
  const pem = { certificate: host.certificate ?? '', key: host.privateKey ?? '' };
  const words = Object.entries(pem).map(([key, value]) => `--${key}=${shellWord(value.trim())}`);
  return `${['eks-hybrid-iam-ra-setup', ...words, ...file].join(' ')}\n`;
}

/** The control container holds SSM's agent. */
function buildHostContainers({ credentials, admin, sources }: BottlerocketFleet): SettingTable {
  const source = (image: string | undefined) => (image === undefined ? {} : { source: image });
  const keys = { user: admin?.user, ssh: { 'authorized-keys': admin?.authorizedKeys } };
  return {
    admin:
      admin === undefined
        ? { enabled: false }
        : { enabled: true, ...source(sources?.admin), 'user-data': encode(JSON.stringify(keys)) },
    ...(credentials.kind === 'ssm' ? { control: { enabled: true, ...source(sources?.control) } } : {}),
  };
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
