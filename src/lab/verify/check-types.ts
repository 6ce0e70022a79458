import type { BootFacts, VerifyExpectations } from './expectations.ts';
import type { Facts } from './guest-report.ts';

export type CheckStatus = 'pass' | 'fail' | 'skip';

export interface Verdict {
  status: CheckStatus;
  /** What was seen, short; lists one per line. */
  saw: string;
}

/** What a check may look at: one fact by id (undefined when the guest did not send it), what was asked for, this boot. */
export interface Evidence {
  fact(id: string): string | undefined;
  expected: VerifyExpectations;
  boot: BootFacts;
}

export interface VerifyCheck {
  id: string;
  /** What is checked, for people. */
  what: string;
  /** What it must be. */
  expect(evidence: Evidence): string;
  judge(evidence: Evidence): Verdict;
}

export interface CheckOutcome {
  id: string;
  what: string;
  status: CheckStatus;
  saw: string;
  expected: string;
}

export function evidenceOf(facts: Facts, expected: VerifyExpectations, boot: BootFacts): Evidence {
  return { fact: (id) => facts.get(id), expected, boot };
}

export function pass(saw: string): Verdict {
  return { status: 'pass', saw };
}

export function fail(saw: string): Verdict {
  return { status: 'fail', saw };
}

export function skip(saw: string): Verdict {
  return { status: 'skip', saw };
}

export const notReported: Verdict = { status: 'fail', saw: 'not reported by the guest' };

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** A check that passes when the guest listed nothing. */
export function nothingIn(factId: string, id: string, what: string): VerifyCheck {
  return {
    id,
    what,
    expect: () => 'none',
    judge: ({ fact }) => {
      const seen = fact(factId);
      if (seen === undefined) return notReported;
      const lines = linesOf(seen);
      return lines.length === 0 ? pass('none') : fail(lines.join('\n'));
    },
  };
}

/** A check on one fact. */
export function onFact(
  factId: string,
  id: string,
  what: string,
  expect: (evidence: Evidence) => string,
  judge: (seen: string, evidence: Evidence) => Verdict,
): VerifyCheck {
  return {
    id,
    what,
    expect,
    judge: (evidence) => {
      const seen = evidence.fact(factId);
      return seen === undefined ? notReported : judge(seen, evidence);
    },
  };
}
