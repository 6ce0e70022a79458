import { describe, expect, it } from 'vitest';
import { mergeCloudConfig } from '../../src/guestinfo/merge.ts';
import type { JsonMap } from '../../src/guestinfo/types.ts';

const base = { a: [1, 2], b: { x: 1, y: [1] }, c: 'one' };

/** What real cloud-init makes of the same is in test/integration/userdata/merge.test.ts. */
describe('guestinfo/merge', () => {
  it.each<[string, JsonMap, JsonMap]>([
    ['replaces without a rule', { a: [3], b: { z: 1 } }, { a: [3], b: { z: 1 }, c: 'one' }],
    ['appends', { merge_how: 'list(append)+dict(recurse_array)+str()', a: [3], c: 'two' }, { ...base, a: [1, 2, 3] }],
    [
      'goes into maps',
      { merge_how: 'dict(no_replace,recurse_list)+list(prepend)', b: { x: 2, y: [0], z: 3 } },
      { ...base, b: { x: 1, y: [0, 1], z: 3 } },
    ],
    ['puts texts together', { merge_type: 'dict(recurse_str)+str(append)', c: ' two' }, { ...base, c: 'one two' }],
    [
      'takes keys away',
      { merge_how: [{ name: 'dict', settings: ['allow_delete'] }], a: null },
      { b: base.b, c: 'one' },
    ],
    [
      'replaces by place',
      {
        merge_how: [
          ['dict', 'recurse_list'],
          ['list', 'replace'],
        ],
        a: [9],
      },
      { ...base, a: [9, 2] },
    ],
  ])('%s', (_what, later, expected) => {
    expect(mergeCloudConfig(base, later)).toEqual(expected);
    expect(base.a).toEqual([1, 2]);
  });

  it.each([[['x']], 'append', 'set(append)', 7, {}])('refuses merge_how %j', (how) => {
    expect(() => mergeCloudConfig(base, { merge_how: how })).toThrowError(
      expect.objectContaining({ code: 'input.invalid' }),
    );
  });
});
