import { suggestion } from '../config/did-you-mean.ts';
import { type ConfigPath, formatPath } from '../config/findings.ts';
import type { Report, TextPlace } from './finding.ts';
import { nodeConfigShape, type Shape } from './shapes.ts';

/** Mistakes that people make, by path. */
const hints: Readonly<Record<string, string>> = {
  status: 'nodeadm fills it in itself: remove it.',
  'spec.hybrid.region': "The region is spec.cluster.region; AWS's own sample has it here, and nodeadm refuses that.",
  'spec.hybrid.nodeName':
    'With IAM Roles Anywhere it is spec.hybrid.iamRolesAnywhere.nodeName; with SSM the node gets its name, mi-…, from AWS.',
  'spec.hybrid.ssm.nodeName': 'With SSM the node gets its name, mi-…, from AWS.',
  'spec.hybrid.ssm.region': 'The region is spec.cluster.region.',
  'spec.cluster.endpoint': 'It is called apiServerEndpoint.',
  'spec.kubelet.nodeLabels': 'Labels are a flag: spec.kubelet.flags: ["--node-labels=key=value"].',
  'spec.kubelet.maxPods': 'It is a field of spec.kubelet.config.',
};

/** A key is printed only when it can be one: a secret may stand where the colon is missing. */
const plausible = /^[A-Za-z][A-Za-z0-9_.-]{0,39}$/;

/** The value of an unknown key is never quoted. */
export function reportUnknownKey(
  key: string,
  at: TextPlace,
  group: ConfigPath,
  known: readonly string[],
  report: Report,
): void {
  const accepted = `accepted here: ${known.join(', ')}`;
  const similar = suggestion(key, known);
  // An activation code looks like a word.
  const mayBeSecret = formatPath(group).endsWith('.ssm') && similar === '' && key.length >= 16;
  if (!plausible.test(key) || mayBeSecret) {
    report({
      path: group,
      code: 'field.unknown',
      message: `an unknown key of ${key.length} characters; ${accepted}`,
      at,
    });
    return;
  }
  const path = [...group, key];
  const hint = hints[formatPath(path)] ?? hintElsewhere(key, group);
  report({ path, code: 'field.unknown', message: `unknown key '${key}'; ${accepted}${similar}`, hint, at });
}

/** The same key where it would be known. */
function hintElsewhere(key: string, group: ConfigPath): string | undefined {
  if (key === '#cloud-config' || group.length > 3) return undefined;
  const places = listPaths(nodeConfigShape).filter((path) => path.at(-1) === key);
  const [place] = places;
  return places.length === 1 && place !== undefined ? `It belongs in ${formatPath(place.slice(0, -1))}.` : undefined;
}

function listPaths(shape: Shape, path: readonly string[] = []): string[][] {
  if (shape.kind !== 'group') return [];
  return Object.entries(shape.fields).flatMap(([key, field]) => [[...path, key], ...listPaths(field, [...path, key])]);
}
