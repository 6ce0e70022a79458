import { type ConfigPath, type Finding, formatPath, quote } from './findings.ts';
import { findMountFault, isPartitionSize, mostPartitionGiB } from './mount-points.ts';
import { placeOf, type ResolvedConfig } from './resolve.ts';
import { hasCredentials, type Report, type Rule, repeated, reportCredentials, type SettingsRule } from './rule.ts';
import { hostRules, hostSettingsRules } from './rules-hosts.ts';
import { profileRules } from './rules-profile.ts';
import { regionRules } from './rules-region.ts';
import { userdataRules } from './rules-userdata.ts';
import type { WrittenConfig } from './schema.ts';
import type { WrittenImage } from './schema-image.ts';
import { isVcenterPath } from './vcenter-path.ts';

/** Rules of the config itself; rules about what an image may be are in `catalog/image-rules.ts`. */
export const rules: readonly Rule[] = [
  noRepeatedFormats,
  filesWithChecksum,
  noCredentialsInFileUrls,
  ...hostRules,
  ...userdataRules,
];

const settingsRules: readonly SettingsRule[] = [
  noRepeatedPackages,
  partitionsHavePlaces,
  ...regionRules,
  ...profileRules,
  noCredentialsInSources,
  ...hostSettingsRules,
];

/** What the rules find in the merged config, each at the place its value came from. */
export function listRuleFindings(merged: WrittenConfig, config: ResolvedConfig): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (parts, message, hint) => {
    const origin = config.origins.get(formatPath(parts));
    const place = origin === undefined ? config.locate(parts) : placeOf(origin);
    findings.push({
      severity: 'error',
      path: formatPath(parts),
      message,
      ...place,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  for (const rule of rules) rule(merged, report);
  for (const { at, settings } of places(merged)) for (const rule of settingsRules) rule(settings, at, report);
  return findings;
}

/** The top of the config and each image, with the path to it. */
function* places(config: WrittenConfig): Generator<{ at: ConfigPath; settings: WrittenImage }> {
  const { packages, timezone, locale, keyboard, disk, profile } = config;
  yield { at: [], settings: { packages, timezone, locale, keyboard, disk, profile } };
  for (const [name, settings] of Object.entries(config.images ?? {})) yield { at: ['images', name], settings };
}

function noRepeatedFormats(config: WrittenConfig, report: Report): void {
  for (const twice of repeated(config.output?.formats ?? []))
    report(['output', 'formats'], `'${twice}' is named twice; accepted: each format once`, 'Remove one.');
}

function noRepeatedPackages(settings: WrittenImage, at: ConfigPath, report: Report): void {
  for (const twice of repeated(settings.packages ?? []))
    report([...at, 'packages'], `'${twice}' is named twice; accepted: each package once`, 'Remove one.');
}

function partitionsHavePlaces({ disk }: WrittenImage, at: ConfigPath, report: Report): void {
  const partitions = disk?.partitions ?? [];
  const list = [...at, 'disk', 'partitions'];
  for (const [index, { mount, sizeGiB }] of partitions.entries()) {
    const fault = findMountFault(mount);
    if (fault !== undefined) report([...list, index, 'mount'], `${quote(mount)} ${fault}`);
    if (!isPartitionSize(sizeGiB))
      report([...list, index, 'sizeGiB'], `${sizeGiB} is no size; accepted: whole GiB, 1 to ${mostPartitionGiB}`);
  }
  for (const twice of repeated(partitions.map(({ mount }) => mount)))
    report(list, `${quote(twice)} is named twice; accepted: each mount point once`, 'Remove one.');
}

function noCredentialsInFileUrls(config: WrittenConfig, report: Report): void {
  for (const key of ['iso', 'cloudImage'] as const) {
    const url = config[key]?.url;
    if (hasCredentials(url)) reportCredentials(report, [key, 'url'], url);
  }
}

function noCredentialsInSources({ source }: WrittenImage, at: ConfigPath, report: Report): void {
  const key = source?.kind === 'bootstrap' ? 'mirror' : 'url';
  const url = source?.kind === 'bootstrap' ? source.mirror : source?.url;
  if (hasCredentials(url)) reportCredentials(report, [...at, 'source', key], url);
}

function filesWithChecksum(config: WrittenConfig, report: Report): void {
  for (const [key, variable] of [
    ['iso', 'ISO_CHECKSUM'],
    ['cloudImage', 'CLOUD_IMAGE_CHECKSUM'],
  ] as const) {
    const { url, checksum, allowUnverified = false } = config[key] ?? {};
    if (allowUnverified || (url !== undefined && isVcenterPath(url))) continue;
    const hint = `Give ${key}.checksum or ${variable}, 'sha256:' and 64 hexadecimal digits; --allow-unverified goes without.`;
    if (checksum === 'none')
      report([key, 'checksum'], "'none' leaves what was downloaded unchecked; accepted: its SHA-256", hint);
    else if (url !== undefined && checksum === undefined)
      report([key, 'url'], `${quote(url)} comes without a checksum; accepted: a file whose SHA-256 is known`, hint);
  }
}
