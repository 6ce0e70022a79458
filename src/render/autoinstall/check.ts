import type { Arch } from '../../catalog/image-spec.ts';
import { findPolicyFaults } from './check-policy.ts';
import { findShapeFaults } from './check-shape.ts';
import { findStorageFaults } from './check-storage.ts';
import type { AutoinstallFault } from './fault.ts';
import { userDataKeys } from './keys.ts';
import type { UbuntuMajor } from './shape.ts';

export interface AutoinstallCheck {
  release: UbuntuMajor;
  arch: Arch;
  /** Disk that the partitions have to fit on; null: not known. */
  diskGiB: number | null;
}

/**
 * Everything this factory has against answers for Ubuntu's installer: keys that the installer of that release does not know (it would read
 * past them without a word), values of the wrong kind, and what an image of ours cannot have. Without `autoinstall` itself that is all.
 * @param userData the whole `#cloud-config`, read; `fillSeed` makes it of a rendered one.
 */
export function findAutoinstallFaults(userData: unknown, check: AutoinstallCheck): AutoinstallFault[] {
  const faults = findShapeFaults(userData, userDataKeys, check.release, []);
  const answers = (userData as { autoinstall?: unknown } | null)?.autoinstall;
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return faults;
  const map = answers as Readonly<Record<string, unknown>>;
  const firmwares = check.arch === 'amd64' ? (['bios', 'uefi'] as const) : (['uefi'] as const);
  return [
    ...faults,
    ...findPolicyFaults(map),
    ...findStorageFaults(map['storage'], { firmwares, diskGiB: check.diskGiB }),
  ];
}

/** `22.04` → 22. */
export function ubuntuMajor(version: string): UbuntuMajor {
  const major = Number.parseInt(version, 10);
  return major >= 24 ? 24 : major >= 22 ? 22 : 20;
}
