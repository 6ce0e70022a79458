import { relative } from 'node:path';
import { isFileArtifact } from '../../core/events.ts';
import { formatBytes, formatSeconds } from '../../core/sizes.ts';
import type { BuildResult } from '../../flows/image-build/request.ts';
import { formatTable } from './table.ts';

/** The end of a build for people: phases, artifacts, verdict. Pure. */
export function formatBuildResult(result: BuildResult, cwd: string): string {
  const phases = result.phases.map((phase) => [
    phase.name,
    formatSeconds(phase.seconds),
    phase.cached ? 'from the cache' : '',
  ]);
  const total = result.phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const artifacts = result.artifacts.map((artifact) => [
    artifact.format,
    artifact.bytes === null ? '' : formatBytes(artifact.bytes),
    artifact.sha256?.slice(0, 16) ?? '',
    isFileArtifact(artifact) ? relative(cwd, artifact.path) || artifact.path : artifact.path,
  ]);
  return [
    formatTable(['phase', 'time', ''], [...phases, ['total', formatSeconds(total), '']], [1]),
    formatTable(['format', 'size', 'sha256', 'path'], artifacts, [1]),
    `${result.image} ${result.identity.slice(0, 12)}: ${verdict(result)}\n`,
  ].join('\n');
}

function verdict({ verify, cached }: BuildResult): string {
  const checks = `verified, ${verify.passed} checks passed, ${verify.failed} failed`;
  return cached ? `${checks} (nothing had changed, no machine was started)` : checks;
}
