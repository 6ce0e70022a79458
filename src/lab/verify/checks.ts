import { bootedChecks } from './booted-checks.ts';
import { type CheckOutcome, evidenceOf, type VerifyCheck } from './check-types.ts';
import type { BootFacts, VerifyExpectations } from './expectations.ts';
import type { Facts } from './guest-report.ts';
import { nodeChecks } from './node-checks.ts';
import { pristineChecks } from './pristine-checks.ts';

/** Everything a sealed image is checked for (design: sealing, `docs`), in the order of the report. */
export const verifyChecks: readonly VerifyCheck[] = [...pristineChecks, ...nodeChecks, ...bootedChecks];

/** Judges what the guest told. A fact that is missing makes its check fail: nothing passes unseen. */
export function judgeFacts(facts: Facts, expected: VerifyExpectations, boot: BootFacts): CheckOutcome[] {
  const evidence = evidenceOf(facts, expected, boot);
  return verifyChecks.map((check) => {
    const { status, saw } = check.judge(evidence);
    return { id: check.id, what: check.what, status, saw, expected: check.expect(evidence) };
  });
}
