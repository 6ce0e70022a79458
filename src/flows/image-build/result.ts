import { basename } from 'node:path';
import type { EventArtifact } from '../../core/events.ts';
import { countChecks, type VerifyReport } from '../../lab/verify/report.ts';
import type { Identities } from './identities.ts';
import type { PhaseLog } from './phase-log.ts';
import type { BuildRequest, BuildResult } from './request.ts';

export interface ResultParts {
  request: BuildRequest;
  identities: Identities;
  artifacts: readonly EventArtifact[];
  /** May hold reports of other formats; only those of `artifacts` are counted. */
  reports: readonly VerifyReport[];
  phases: PhaseLog;
  cached: boolean;
}

/** `hnf image build --json`. Pure. */
export function buildResult({ request, identities, artifacts, reports, phases, cached }: ResultParts): BuildResult {
  const names = artifacts.map((artifact) => basename(artifact.path));
  const own = names.flatMap((name) => reports.filter((report) => report.artifact === name));
  const checks = own.flatMap((report) =>
    report.checks.map(({ id, status, expected, saw }) => ({ artifact: report.artifact, id, status, expected, saw })),
  );
  return {
    image: request.spec.name,
    identity: identities.image,
    cached,
    artifacts,
    phases: phases.times,
    verify: { ...countAll(own), checks },
  };
}

export function countAll(reports: readonly VerifyReport[]): { passed: number; failed: number } {
  const counts = reports.map(countChecks);
  return {
    passed: counts.reduce((sum, count) => sum + count.passed, 0),
    failed: counts.reduce((sum, count) => sum + count.failed, 0),
  };
}
