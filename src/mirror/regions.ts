import { findPartition } from '../config/aws-regions.ts';

/** One entry of the release manifest's `region_config` (nodeadm: internal/aws/manifest.go, RegionData). */
export interface RegionEntry {
  /** The account whose ECR registry holds EKS's images, twelve digits; nodeadm takes the pause image from there. */
  ecrAccountId: string;
  partition: string;
  dnsSuffix: string;
}

export type RegionTable = Readonly<Record<string, RegionEntry>>;

const commercialAccount = '602401143452';

/** Regions that are on in every account share one registry account. */
const sharedAccountRegions = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** Opt-in regions, China and GovCloud have registries of their own. */
const ownAccounts: Readonly<Record<string, string>> = {
  'af-south-1': '877085696533',
  'ap-east-1': '800184023465',
  'ap-east-2': '533267051163',
  'ap-south-2': '900889452093',
  'ap-southeast-3': '296578399912',
  'ap-southeast-4': '491585149902',
  'ap-southeast-5': '151610086707',
  'ap-southeast-6': '333609536671',
  'ap-southeast-7': '121268973566',
  'ca-west-1': '761377655185',
  'cn-north-1': '918309763551',
  'cn-northwest-1': '961992271922',
  'eu-central-2': '900612956339',
  'eu-south-1': '590381155156',
  'eu-south-2': '455263428931',
  'il-central-1': '066635153087',
  'me-central-1': '759879836304',
  'me-south-1': '558608220178',
  'mx-central-1': '730335286997',
  'us-gov-east-1': '151742754352',
  'us-gov-west-1': '013241004608',
};

/**
 * Used when AWS's own manifest was not at hand. Accounts:
 * https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html and nodeadm's internal/aws/ecr/ecr.go.
 */
export function buildRegionTable(): RegionTable {
  const accounts = {
    ...Object.fromEntries(sharedAccountRegions.map((name) => [name, commercialAccount])),
    ...ownAccounts,
  };
  return Object.fromEntries(
    Object.entries(accounts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([region, ecrAccountId]) => [region, { ecrAccountId, ...partitionOf(region) }]),
  );
}

function partitionOf(region: string): Pick<RegionEntry, 'partition' | 'dnsSuffix'> {
  const { name, dnsSuffix } = findPartition(region) ?? { name: 'aws', dnsSuffix: 'amazonaws.com' };
  return { partition: name, dnsSuffix };
}
