import { describe, expect, it } from 'vitest';
import { keyboardLayouts } from '../../src/config/data/keyboards.ts';
import { localeNames } from '../../src/config/data/locales.ts';

describe('config/data', () => {
  it.each([
    ['locales', localeNames, 300, ['C.UTF-8', 'en_US.UTF-8', 'de_DE.UTF-8', 'ja_JP.UTF-8', 'ca_ES@valencia']],
    ['keyboard layouts', keyboardLayouts, 90, ['us', 'de', 'fr', 'jp', 'latam']],
  ])('has %s, each once and in order', (_what, names, least, some) => {
    expect(names.length).toBeGreaterThan(least);
    expect([...new Set(names)].sort()).toEqual([...names]);
    expect(names).toEqual(expect.arrayContaining(some));
  });
});
