import type { Firmware } from '../../catalog/image-spec.ts';
import type { Accelerator } from '../qemu/accelerator.ts';
import type { HardwareName } from '../qemu/hardware.ts';
import type { CheckOutcome } from './check-types.ts';

/** What one verification boot found. Plain JSON. */
export interface VerifyReport {
  /** File name, or what the caller calls it. */
  artifact: string;
  hardware: HardwareName;
  firmware: Firmware;
  accelerator: Accelerator;
  /** From starting QEMU to the last line of the report. */
  seconds: number;
  checks: readonly CheckOutcome[];
}

export function countChecks(report: VerifyReport): { passed: number; failed: number; skipped: number } {
  const count = (status: CheckOutcome['status']) => report.checks.filter((check) => check.status === status).length;
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip') };
}
