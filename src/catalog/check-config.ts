import type { Finding } from '../config/findings.ts';
import type { Settings } from '../config/read-settings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { listFormatFindings } from './formats.ts';
import { inspectImage } from './resolve-image.ts';

/** What is wrong with the images a person wrote; built-in images nobody touched are judged when they are asked for. */
export function listImageFindings(config: ResolvedConfig): Finding[] {
  const all = Object.keys(config.images).flatMap((name) => [...inspectImage(config, name).findings]);
  all.push(...listFormatFindings(config));
  const unique = new Map(all.map((finding) => [`${finding.path} ${finding.message}`, finding]));
  return [...unique.values()];
}

/** The settings' own findings and those about images, without what only follows from a fault of the file. */
export function mergeFindings(settings: Pick<Settings, 'findings' | 'loaded'>, about: readonly Finding[]): Finding[] {
  const faults = settings.loaded.findings.map((finding) => finding.path).filter((path) => path !== '');
  const follows = (path: string) => faults.some((fault) => isWithin(path, fault) || isWithin(fault, path));
  return [...settings.findings, ...about.filter((finding) => !follows(finding.path))];
}

function isWithin(path: string, group: string): boolean {
  return path === group || path.startsWith(`${group}.`) || path.startsWith(`${group}[`);
}
