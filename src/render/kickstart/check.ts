import type { Arch } from '../../catalog/image-spec.ts';
import { findLanguageFaults } from './check-language.ts';
import { findLayoutFaults } from './check-layout.ts';
import { findPolicyFaults } from './check-policy.ts';
import { findWholeFaults } from './check-whole.ts';
import type { RhelMajor } from './commands.ts';
import type { KickstartFault } from './fault.ts';
import { parseKickstart } from './parse.ts';
import { withWritten } from './written.ts';

export interface KickstartCheck {
  major: RhelMajor;
  arch: Arch;
  /** Disk that the partitions have to fit on; null: not known. */
  diskGiB: number | null;
}

/**
 * Everything this factory has against a kickstart, in order of its lines: what the major's installer refuses or will refuse
 * (pykickstart's rules, without pykickstart), and our own rules, which it does not have. The text is one without HCL
 * templates: `fillKickstart` makes it of a rendered one.
 */
export function findKickstartFaults(text: string, { major, arch, diskGiB }: KickstartCheck): KickstartFault[] {
  const parsed = withWritten(parseKickstart(text));
  const faults = [
    ...parsed.faults,
    ...findLanguageFaults(parsed, major),
    ...findWholeFaults(parsed),
    ...findLayoutFaults(parsed, arch, diskGiB),
    ...findPolicyFaults(parsed),
  ];
  return faults.sort((a, b) => a.line - b.line);
}
