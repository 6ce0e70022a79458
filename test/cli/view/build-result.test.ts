import { describe, expect, it } from 'vitest';
import { formatBuildResult } from '../../../src/cli/view/build-result.ts';

describe('cli/view/build-result', () => {
  it('shows no size and no sum of what has none', () => {
    const text = formatBuildResult(
      {
        image: 'ubuntu24',
        identity: 'ab'.repeat(32),
        cached: false,
        artifacts: [
          { format: 'vsphere', path: '/images/ubuntu24-1.34.2', bytes: null, sha256: null },
          { format: 'ova', path: '/work/out/ubuntu24-1.34.2.ova', bytes: 2 ** 30, sha256: 'cd'.repeat(32) },
        ],
        phases: [{ name: 'build', seconds: 61, cached: false }],
        verify: { passed: 3, failed: 0, checks: [] },
      },
      '/work',
    );
    const lines = text.split('\n').map((line) => line.trim().split(/ {2,}/));
    expect(lines).toContainEqual(['vsphere', '/images/ubuntu24-1.34.2']);
    expect(lines).toContainEqual(['ova', '1.0 GiB', 'cdcdcdcdcdcdcdcd', 'out/ubuntu24-1.34.2.ova']);
  });
});
