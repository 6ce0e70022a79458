import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeCloudConfig } from '../../../src/guestinfo/merge.ts';
import type { Json, JsonMap } from '../../../src/guestinfo/types.ts';
import { askCloudInit, releases } from './real-cloud-init.ts';

const scalar = fc.oneof(fc.constantFrom('a', 'b', ''), fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null));
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y', 'z'), tie('tree'), { maxKeys: 3 }),
  ),
}));
const config = fc.dictionary(fc.constantFrom('k1', 'k2', 'k3', 'k4'), tree, { maxKeys: 4 });

const options = {
  dict: ['replace', 'no_replace', 'recurse_str', 'recurse_array', 'recurse_list', 'allow_delete'],
  list: ['append', 'prepend', 'replace', 'no_replace', 'recurse_str', 'recurse_dict', 'recurse_array'],
  str: ['append'],
};
const rule = (kind: keyof typeof options) => fc.subarray(options[kind]).map((chosen) => ({ kind, chosen }));
const rules = fc
  .subarray(['dict', 'list', 'str'] as const, { minLength: 1 })
  .chain((kinds) => fc.tuple(...kinds.map(rule)));
const how = fc.oneof(
  rules.map((list) => list.map(({ kind, chosen }) => `${kind}(${chosen.join(',')})`).join('+')),
  rules.map((list) => list.map(({ kind, chosen }) => ({ name: kind, settings: chosen }))),
  fc.constant(null),
);

const samples = fc.sample(fc.tuple(config, config, how, fc.constantFrom('merge_how', 'merge_type')), {
  seed: 11,
  numRuns: 3000,
});

describe.each(releases)('guestinfo/merge, beside cloud-init %s', (release) => {
  it(`puts ${samples.length} pairs together alike, or refuses what cloud-init gives up on`, async () => {
    const pairs = samples.map(([base, own, merging, key]): [JsonMap, JsonMap] => [
      base,
      merging === null ? own : { ...own, [key]: merging },
    ]);
    const answers = await askCloudInit<Record<string, unknown>>(release, 'merge', pairs);
    let refused = 0;
    for (const [at, [base, own]] of pairs.entries()) {
      const real = answers[at];
      const ours = mergeOrRefuse(base, own);
      if (ours === undefined) refused += 1;
      else if (!isDeepStrictEqual(ours, real)) expect({ base, own, merged: ours }).toEqual({ base, own, merged: real });
    }
    expect(refused).toBeLessThan(pairs.length / 4);
  });
});

/** Undefined where cloud-init leaves the whole part out, or takes letters and keys for items. */
function mergeOrRefuse(base: JsonMap, own: JsonMap): JsonMap | undefined {
  try {
    return mergeCloudConfig(base, own);
  } catch (error) {
    expect(error).toMatchObject({ code: 'input.invalid' });
    return undefined;
  }
}
