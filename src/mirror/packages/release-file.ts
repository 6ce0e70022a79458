import { FactoryError } from '../../core/errors.ts';

export interface ReleaseIndex {
  /** Path below the suite's folder, e.g. `main/binary-amd64/Packages.xz`. */
  path: string;
  sha256: string;
  bytes: number;
  /** Where apt asks for it first. */
  byHash: boolean;
}

/**
 * An index of packages as an archive's (In)Release file lists it.
 * https://wiki.debian.org/DebianRepository/Format#A.22Release.22_files
 * @throws FactoryError `network.failed` when it lists none
 */
export function findPackagesIndex(release: string, component: string, arch: string, where: string): ReleaseIndex {
  const path = `${component}/binary-${arch}/Packages.xz`;
  const byHash = /^Acquire-By-Hash: *yes *$/im.test(release);
  const sums = release
    .slice(release.search(/^SHA256:/m))
    .split('\n')
    .slice(1);
  for (const line of sums) {
    if (!line.startsWith(' ')) break;
    const [digest = '', bytes = '', name] = line.trim().split(/\s+/);
    if (name === path && /^[0-9a-f]{64}$/.test(digest)) return { path, sha256: digest, bytes: Number(bytes), byHash };
  }
  throw new FactoryError('network.failed', `${where} lists no ${path}`);
}

/** Below the suite's folder, as apt asks for it. */
export function indexAddress({ path, sha256, byHash }: ReleaseIndex): string {
  return byHash ? path.replace(/[^/]+$/, `by-hash/SHA256/${sha256}`) : path;
}

/** One line of `apt-get --print-uris`. */
export interface PrintedPackage {
  url: string;
  sha256: string;
  bytes: number;
}

/** @throws FactoryError `internal` for a line without a SHA-256: nothing is fetched that could not be checked */
export function parsePrintedUris(text: string): PrintedPackage[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith("'"))
    .map((line) => {
      const match = /^'([^']+)' \S+ (\d+) SHA256:([0-9a-f]{64})$/.exec(line.trim());
      if (match === null) throw new FactoryError('internal', `apt-get printed '${line}', which names no SHA-256`);
      const [, url = '', bytes = '', sha256 = ''] = match;
      return { url, bytes: Number(bytes), sha256 };
    });
}

export interface SourceLine {
  /** Without a slash at its end. */
  url: string;
  suite: string;
  components: readonly string[];
}

/** `deb [options] URL SUITE COMPONENT…` @throws FactoryError `input.invalid` */
export function parseSourceLine(line: string): SourceLine {
  const match = /^deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)\s+(\S+)\s+(\S.*)$/.exec(line.trim());
  if (match === null) throw new FactoryError('input.invalid', `'${line}' is no package source on the network`);
  const [, url = '', suite = '', components = ''] = match;
  return { url: url.replace(/\/+$/, ''), suite, components: components.trim().split(/\s+/) };
}

/** How apt calls what it fetched from an address. */
export function listFileName(url: string): string {
  return url
    .replace(/^https?:\/\//, '')
    .replaceAll('_', '%5f')
    .replaceAll('/', '_');
}
