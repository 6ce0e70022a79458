import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlString } from '../../../src/core/quote/toml.ts';
import { parseToml } from '../../../src/core/toml/parse-toml.ts';
import { hostileText } from '../../render/hostile-text.ts';
import { invalidToml, validToml } from './toml-samples.ts';

describe('core/toml/parse-toml', () => {
  it.each(validToml.map(([text, value]) => [text, value] as const))('reads %j', (text, value) => {
    expect(plain(parseToml(text))).toEqual(value);
  });

  it.each(invalidToml)('refuses %j', (text) => {
    expect(() => parseToml(text)).toThrow(/^line \d+, column \d+: /);
  });

  it('says where, and quotes nothing', () => {
    expect(() => parseToml('a = 1\n\n[b]\npassword = hunter2\n')).toThrow(
      'line 4, column 12: no value of TOML: text stands in quotes',
    );
  });

  it('reads every string that tomlString writes', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (key, value) => {
        const table = parseToml(`${tomlString(key)} = ${tomlString(value)}`);
        expect(Object.entries(table)).toEqual([[key, value]]);
      }),
    );
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'[]{}="\'\\.#,\n ab01-_:Tt'.split(''))), (parts) => {
        try {
          parseToml(parts.join(''));
        } catch (error) {
          expect((error as Error).name).toBe('TomlError');
        }
      }),
    );
  });

  it('stops at deep nesting instead of running out of stack', () => {
    expect(() => parseToml(`a = ${'['.repeat(50_000)}`)).toThrow('nested too deep');
  });
});

/** With ordinary objects, for toEqual. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
