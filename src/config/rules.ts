import { suggestion } from './did-you-mean.ts';
import { type ConfigPath, type Finding, formatPath, quote } from './findings.ts';
import { placeOf, type ResolvedConfig } from './resolve.ts';
import type { WrittenConfig } from './schema.ts';
import { isTimeZone, timeZoneNames } from './time-zone.ts';

export type Report = (path: ConfigPath, message: string, hint?: string) => void;

/** One thing that must hold between or beyond single fields; reports, never throws. */
export type Rule = (config: WrittenConfig, report: Report) => void;

/** Rules of the config itself; rules about what an image may be are in `catalog/image-rules.ts`. */
export const rules: readonly Rule[] = [
  noRepeatedFormats,
  noRepeatedPackages,
  knownTimeZones,
  noCredentialsInUrls,
  isoWithChecksum,
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
  return findings;
}

/** The top of the config and each image, with the path to it. */
function* places(
  config: WrittenConfig,
): Generator<{ at: ConfigPath; settings: NonNullable<WrittenConfig['images']>[string] }> {
  const { kubernetes: _kubernetes, packages, timezone } = config;
  yield { at: [], settings: { packages, timezone } };
  for (const [name, settings] of Object.entries(config.images ?? {})) yield { at: ['images', name], settings };
}

function noRepeatedFormats(config: WrittenConfig, report: Report): void {
  for (const twice of repeated(config.output?.formats ?? []))
    report(['output', 'formats'], `'${twice}' is named twice; accepted: each format once`, 'Remove one.');
}

function noRepeatedPackages(config: WrittenConfig, report: Report): void {
  for (const { at, settings } of places(config)) {
    for (const twice of repeated(settings.packages ?? []))
      report([...at, 'packages'], `'${twice}' is named twice; accepted: each package once`, 'Remove one.');
  }
}

function repeated(list: readonly string[]): string[] {
  return [...new Set(list.filter((item, index) => list.indexOf(item) !== index))];
}

function knownTimeZones(config: WrittenConfig, report: Report): void {
  for (const { at, settings } of places(config)) {
    const zone = settings.timezone;
    if (zone === undefined || isTimeZone(zone)) continue;
    const accepted = `accepted: a name of the tz database, such as Etc/UTC or Europe/Berlin${suggestion(zone, timeZoneNames())}`;
    report([...at, 'timezone'], `unknown time zone ${quote(zone)}; ${accepted}`);
  }
}

function noCredentialsInUrls(config: WrittenConfig, report: Report): void {
  const hint = 'Remove them; use a server that needs none, or download the file and name its path.';
  const check = (path: ConfigPath, url: string | undefined) => {
    if (url === undefined || !/^[a-z]+:\/\/[^/]*@/i.test(url)) return;
    report(path, `${quote(url)} holds a user name or a password; accepted: an address without`, hint);
  };
  check(['iso', 'url'], config.iso?.url);
  for (const { at, settings } of places(config)) {
    const { source } = settings;
    if (source?.kind === 'cloudImage') check([...at, 'source', 'url'], source.url);
    if (source?.kind === 'bootstrap') check([...at, 'source', 'mirror'], source.mirror);
  }
}

function isoWithChecksum(config: WrittenConfig, report: Report): void {
  if (config.iso?.url === undefined || config.iso.checksum !== undefined) return;
  const hint = "Give iso.checksum or ISO_CHECKSUM, 'sha256:' and 64 hexadecimal digits.";
  report(
    ['iso', 'url'],
    `${quote(config.iso.url)} comes without a checksum; accepted: an ISO whose SHA-256 is known`,
    hint,
  );
}
