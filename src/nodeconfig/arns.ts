import { findPartition } from '../config/aws-regions.ts';
import { quote } from '../config/findings.ts';
import type { Fault } from './finding.ts';

interface Arn {
  partition: string;
  /** Empty in IAM, which has none. */
  region: string;
  account: string;
}

/** What follows `arn:PARTITION:`. */
const forms = {
  trustAnchorArn: {
    pattern: /^rolesanywhere:([a-z0-9-]+):(\d{12}):trust-anchor\/[0-9a-f-]{36}$/,
    example: 'arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/ID',
  },
  profileArn: {
    pattern: /^rolesanywhere:([a-z0-9-]+):(\d{12}):profile\/[0-9a-f-]{36}$/,
    example: 'arn:aws:rolesanywhere:REGION:ACCOUNT:profile/ID',
  },
  roleArn: {
    pattern: /^iam:():(\d{12}):role\/(?:[\x21-\x7e]{1,510}\/)?[\w+=,.@-]{1,64}$/,
    example: 'arn:aws:iam::ACCOUNT:role/NAME',
  },
} as const;

type ArnField = keyof typeof forms;
type Arns = Partial<Record<ArnField, Arn>>;

const code = 'iamRolesAnywhere.arn';

/** The three ARNs by themselves, beside each other and beside the cluster's region. Paths begin at the field. */
export function listArnFaults(
  fields: Partial<Record<ArnField, string | undefined>>,
  region: string | undefined,
): Fault[] {
  const faults: Fault[] = [];
  const arns: Arns = {};
  for (const key of Object.keys(forms) as ArnField[]) {
    const text = fields[key] ?? '';
    const arn = parseArn(key, text);
    if (arn !== undefined) arns[key] = arn;
    else faults.push({ path: [key], code, message: wordFault(key, text) });
  }
  const partition = region === undefined ? undefined : findPartition(region);
  const places =
    region === undefined || partition === undefined
      ? [...listDifferences(arns, 'partition'), ...listDifferences(arns, 'region')]
      : listStrays(arns, region, partition.name);
  return [...faults, ...places, ...listDifferences(arns, 'account')];
}

function parseArn(key: ArnField, text: string): Arn | undefined {
  const [, partition = '', rest = ''] = /^arn:(aws[a-z0-9-]*):(.*)$/s.exec(text) ?? [];
  const match = forms[key].pattern.exec(rest);
  return match === null ? undefined : { partition, region: match[1] ?? '', account: match[2] ?? '' };
}

function wordFault(key: ArnField, text: string): string {
  const { example } = forms[key];
  return text === '' ? `is missing; accepted: ${example}` : `${quote(text)} is no such ARN; accepted: ${example}`;
}

/** The signing helper talks to the region of the trust anchor, nodeadm asks for that of the cluster. */
function listStrays(arns: Arns, region: string, partition: string): Fault[] {
  return (Object.entries(arns) as [ArnField, Arn][]).flatMap(([key, arn]): Fault[] => {
    if (arn.partition !== partition) {
      const message = `is in partition '${arn.partition}', and ${region} is in '${partition}'; accepted: the same`;
      return [{ path: [key], code, message }];
    }
    if (arn.region === '' || arn.region === region) return [];
    const message = `is in region '${arn.region}', and spec.cluster.region is '${region}'; accepted: the same`;
    return [{ path: [key], code, message }];
  });
}

function listDifferences(arns: Arns, part: keyof Arn): Fault[] {
  const first = arns.trustAnchorArn?.[part];
  return (['profileArn', 'roleArn'] as const).flatMap((key) => {
    const own = arns[key]?.[part];
    if (first === undefined || own === undefined || own === '' || own === first) return [];
    return [
      { path: [key], code, message: `is in ${part} '${own}', and the trust anchor in '${first}'; accepted: the same` },
    ];
  });
}
