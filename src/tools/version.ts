/** Dotted numbers, and what follows a `-` (a pre-release, older than the version without it). */
interface ParsedVersion {
  numbers: readonly number[];
  preRelease: string;
}

/** `v1.16.0`, `7.2`, `1.4.0-dev`; undefined for anything else. */
export function findVersion(text: string): ParsedVersion | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(?:-([\w.-]+))?(?:\+.*)?$/.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return { numbers: match[1].split('.').map(Number), preRelease: match[2] ?? '' };
}

/** Negative when `a` is older. Missing parts count as 0; texts that are no version are older than any version. */
export function compareToolVersions(a: string, b: string): number {
  const left = findVersion(a);
  const right = findVersion(b);
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(left.preRelease, right.preRelease);
}

function comparePreReleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  return a < b ? -1 : 1;
}

export type RangeVerdict = 'in-range' | 'too-old' | 'too-new';

/**
 * Judges a version by a range of comparators that all have to hold: `>=1.11.0 <2`, `=1.0.9`; the empty range accepts everything.
 * A pre-release of the lower bound is too old.
 */
export function judgeVersion(version: string, range: string): RangeVerdict {
  for (const part of range.split(/\s+/).filter(Boolean)) {
    const [, operator = '=', bound = ''] = /^(>=|<=|>|<|=)?(.*)$/.exec(part) ?? [];
    const difference = compareToolVersions(version, bound);
    if (operator.startsWith('>') && (difference < 0 || (operator === '>' && difference === 0))) return 'too-old';
    if (operator.startsWith('<') && (difference > 0 || (operator === '<' && difference >= 0))) return 'too-new';
    if (operator === '=' && difference !== 0) return difference < 0 ? 'too-old' : 'too-new';
  }
  return 'in-range';
}
