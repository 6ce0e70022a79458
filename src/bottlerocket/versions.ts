import { quote } from '../config/findings.ts';

/** The first release that is supported as a hybrid node (https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-bottlerocket.html). */
const firstSupported = '1.37.0';

/** The release that first had the variant vmware-k8s-<minor> (Bottlerocket's CHANGELOG.md); 1.28 to 1.32 are older than the support. */
const firstWith: Readonly<Record<string, string>> = {
  '1.28': firstSupported,
  '1.29': firstSupported,
  '1.30': firstSupported,
  '1.31': firstSupported,
  '1.32': firstSupported,
  '1.33': '1.39.0',
  '1.34': '1.47.0',
  '1.35': '1.53.0',
  '1.36': '1.61.0',
};

export interface BottlerocketImage {
  /** Without v. */
  version: string;
  /** `vmware-k8s-1.34`, or with `-fips`. */
  variant: string;
  arch: string;
}

/** The variant for a Kubernetes version, `1.34` or `1.34.2`. */
export function variantFor(kubernetes: string): string {
  return `vmware-k8s-${minorOf(kubernetes)}`;
}

/** Why this Bottlerocket is no hybrid node, each reason by itself; empty when it can be one. */
export function listImageFaults({ version, variant, arch }: BottlerocketImage): string[] {
  return [findArchFault(arch), findVariantFault(variant), findVersionFault(version, variant)].filter(
    (fault) => fault !== undefined,
  );
}

function findArchFault(arch: string): string | undefined {
  if (arch === 'amd64') return undefined;
  return `Bottlerocket's VMware variants are x86_64 only, and the architecture is ${quote(arch)}; accepted: amd64`;
}

function findVariantFault(variant: string): string | undefined {
  const minor = /^vmware-k8s-(\d+\.\d+)(-fips)?$/.exec(variant)?.[1];
  if (minor === undefined) {
    const platform = /^(aws|metal)-/.exec(variant)?.[1];
    const why = platform === undefined ? '' : `: hybrid nodes are not supported on ${platform} variants`;
    return `${quote(variant)} is no variant for hybrid nodes${why}; accepted: vmware-k8s-1.34, vmware-k8s-1.34-fips and so on`;
  }
  if (firstWith[minor] !== undefined) return undefined;
  const known = Object.keys(firstWith);
  return `${quote(variant)} is for a Kubernetes that is not known here; accepted: ${known[0]} to ${known.at(-1)}`;
}

function findVersionFault(version: string, variant: string): string | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    return `version ${quote(version)} is no release; accepted: all three numbers without v, such as '1.61.0'`;
  if (isOlder(version, firstSupported))
    return `version ${version} is not supported as a hybrid node; accepted: ${firstSupported} and newer`;
  const first = firstWith[/^vmware-k8s-(\d+\.\d+)/.exec(variant)?.[1] ?? ''];
  if (first === undefined || !isOlder(version, first)) return undefined;
  return `version ${version} has no ${variant}; accepted: ${first} and newer`;
}

function minorOf(kubernetes: string): string {
  return kubernetes.split('.').slice(0, 2).join('.');
}

function isOlder(version: string, than: string): boolean {
  const parts = version.split('.').map(Number);
  const others = than.split('.').map(Number);
  const first = parts.findIndex((part, index) => part !== others[index]);
  return first >= 0 && (parts[first] ?? 0) < (others[first] ?? 0);
}
