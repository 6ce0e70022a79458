import { FactoryError } from '../../core/errors.ts';

export const baseSuites = ['bullseye', 'bookworm', 'trixie'] as const;
export type BaseSuite = (typeof baseSuites)[number];

/** Debian 11, 12 or 13 as a bootable disk; everything that decides its content. */
export interface BaseSpec {
  suite: BaseSuite;
  arch: 'amd64';
  /** Package mirror, for example `http://deb.debian.org/debian`; also written into the image's sources.list. */
  mirror: string;
  /** Virtual size of the disk, 2–2048. */
  diskGiB: number;
  /** Debian package names, added to the base's own list. */
  extraPackages: readonly string[];
}

export const defaultMirror = 'http://deb.debian.org/debian';
export const defaultDiskGiB = 4;

const packageName = /^[a-z0-9][a-z0-9+.-]+$/;
const mirrorForm = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~-]+)*\/debian$/;

/** @throws FactoryError `input.invalid`, one detail line per finding. */
export function checkBaseSpec(spec: BaseSpec): void {
  const details = findSpecMistakes(spec);
  const [first] = details;
  if (first === undefined) return;
  throw new FactoryError('input.invalid', `lab base: ${first}`, details.length > 1 ? { details } : {});
}

function findSpecMistakes(spec: BaseSpec): string[] {
  const mistakes: string[] = [];
  if (!(baseSuites as readonly string[]).includes(spec.suite)) {
    mistakes.push(`suite '${spec.suite}' is not one of ${baseSuites.join(', ')}`);
  }
  if (spec.arch !== 'amd64') mistakes.push(`architecture '${spec.arch}' is not amd64`);
  if (!mirrorForm.test(spec.mirror)) {
    mistakes.push(`mirror '${spec.mirror}' is not an http or https address that ends in /debian`);
  }
  if (!Number.isInteger(spec.diskGiB) || spec.diskGiB < 2 || spec.diskGiB > 2048) {
    mistakes.push(`disk size ${spec.diskGiB} GiB is not a whole number from 2 to 2048`);
  }
  for (const name of spec.extraPackages) {
    if (!packageName.test(name)) mistakes.push(`'${name}' is not the name of a Debian package`);
  }
  return mistakes;
}
