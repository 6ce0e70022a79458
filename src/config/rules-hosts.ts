import { type ConfigPath, quote } from './findings.ts';
import { findUrlFault, isHost } from './host-name.ts';
import { hasCredentials, type Report, type Rule, type SettingsRule } from './rule.ts';
import type { WrittenConfig } from './schema.ts';
import type { WrittenImage } from './schema-image.ts';

/** What is connected to has a name or an address that there can be; a password in one is told by rules.ts. */
export const hostRules: readonly Rule[] = [serverIsHost, esxiHostIsOne, filesComeFromHosts];

function serverIsHost({ vsphere }: WrittenConfig, report: Report): void {
  const server = vsphere?.server;
  if (server === undefined) return;
  const [, bracketed, plain = '', port = '443'] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(server) ?? [];
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  if (isHost(bracketed ?? plain) && isPort) return;
  const accepted = 'a host name or an address, with :port (1 to 65535) if it is not 443';
  report(['vsphere', 'server'], `${quote(server)} is no host; accepted: ${accepted}`);
}

/** The inventory of a simulator has underscores in it. */
function esxiHostIsOne({ vsphere }: WrittenConfig, report: Report): void {
  const host = vsphere?.esxiHost;
  if (host === undefined || /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(host.split('/').at(-1) ?? '')) return;
  const accepted = 'the name or address of a host as the vCenter shows it, with its folder in front where it is in one';
  report(['vsphere', 'esxiHost'], `${quote(host)} is no host; accepted: ${accepted}`);
}

function filesComeFromHosts(config: WrittenConfig, report: Report): void {
  for (const key of ['iso', 'cloudImage'] as const) {
    reportHost(report, [key, 'url'], config[key]?.url);
    reportHost(report, [key, 'checksum'], config[key]?.checksum?.replace(/^file:/, ''));
  }
}

/** The same for the source of one image. */
function sourceComesFromHost({ source }: WrittenImage, at: ConfigPath, report: Report): void {
  if (source?.kind === 'bootstrap') reportHost(report, [...at, 'source', 'mirror'], source.mirror);
  else {
    reportHost(report, [...at, 'source', 'url'], source?.url);
    reportHost(report, [...at, 'source', 'checksum'], source?.checksum?.replace(/^file:/, ''));
  }
}

function reportHost(report: Report, path: ConfigPath, url: string | undefined): void {
  if (url === undefined || !/^https?:/i.test(url) || hasCredentials(url)) return;
  const fault = findUrlFault(url);
  if (fault !== undefined) report(path, `${quote(url)} ${fault}`);
}

export const hostSettingsRules: readonly SettingsRule[] = [sourceComesFromHost];
