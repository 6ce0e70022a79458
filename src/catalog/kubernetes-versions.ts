import { goRecipes } from '../tools/go-recipes.ts';

/** Kubernetes versions whose node programs can be built on this machine; AWS publishes more. */
export const pinnedKubernetes: readonly string[] = versionsOf('kubelet');

/** nodeadm versions that can be built on this machine. */
export const pinnedNodeadm: readonly string[] = versionsOf('nodeadm');

/** Minor versions nodeadm's own tests cover, both ends belong to it (`kubernetes-tested` of the compatibility data). */
export const testedMinors = { from: '1.30', to: '1.36' } as const;

/** `1.30`, … `1.36`. */
export const supportedMinors: readonly string[] = listMinors(testedMinors.from, testedMinors.to);

function listMinors(from: string, to: string): string[] {
  const [first = 0, last = 0] = [from, to].map((minor) => Number(minor.split('.')[1]));
  return Array.from({ length: last - first + 1 }, (_, index) => `1.${first + index}`);
}

function versionsOf(tool: string): string[] {
  return goRecipes.filter((recipe) => recipe.tool === tool).map((recipe) => recipe.version);
}

/** `1.34` → the newest patch of it in `known`; a full version is returned as it is; undefined when no patch is known. */
export function findPatch(version: string, known: readonly string[] = pinnedKubernetes): string | undefined {
  if (version.split('.').length === 3) return version;
  return known
    .filter((candidate) => candidate.startsWith(`${version}.`))
    .sort(compareVersions)
    .at(-1);
}

/** Compares dotted numbers; missing parts count as 0. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
