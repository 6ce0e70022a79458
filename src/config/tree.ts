/** Groups whose keys are not ours: a label may have dots. They are values, as lists are. */
export const wholeValues: readonly string[] = ['node.labels', 'node.kubelet.config', 'userdata.cloudConfig'];

/** `{a: {b: 1}}` ↔ `a.b = 1`. Lists are values, groups are not. */
export function flatten(value: unknown, prefix = ''): [string, unknown][] {
  if (value === undefined) return [];
  if (value === null || typeof value !== 'object' || Array.isArray(value) || wholeValues.includes(prefix))
    return [[prefix, value]];
  return Object.entries(value).flatMap(([key, item]) => flatten(item, prefix === '' ? key : `${prefix}.${key}`));
}

export function nest(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of entries) {
    const parts = path.split('.');
    const last = parts.pop();
    let group = root;
    for (const part of parts) group = groupIn(group, part);
    if (last !== undefined) group[last] = value;
  }
  return root;
}

function groupIn(group: Record<string, unknown>, key: string): Record<string, unknown> {
  const present = group[key];
  if (present !== null && typeof present === 'object' && !Array.isArray(present))
    return present as Record<string, unknown>;
  const made: Record<string, unknown> = {};
  group[key] = made;
  return made;
}
