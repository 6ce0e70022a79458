import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretRegistry } from '../../src/core/secrets.ts';

describe('core/secrets', () => {
  it('masks plain, JSON, URL and base64 forms at any alignment', () => {
    const secret = fc
      .string({ minLength: 12, maxLength: 60, unit: 'grapheme-ascii' })
      .filter((text) => text.trim() === text);
    fc.assert(
      fc.property(secret, fc.nat(2), fc.nat(2), (value, before, after) => {
        const registry = new SecretRegistry();
        registry.add(value);
        const framed = Buffer.from(`${'<'.repeat(before)}${value}${'>'.repeat(after)}`).toString('base64');
        const texts = [value, JSON.stringify(value), encodeURIComponent(value), framed];
        for (const text of texts) {
          const clean = registry.redact(`a ${text} b`);
          expect(clean).toContain('<secret>');
          expect(Buffer.from(clean.replace(/<secret>/g, ''), 'base64').toString()).not.toContain(value);
        }
      }),
    );
  });

  it('masks every line of a secret of several lines', () => {
    const registry = new SecretRegistry();
    registry.add('-----BEGIN KEY-----\nabcdefghij\nklmnopqrst\n');
    expect(registry.redact('saw klmnopqrst here')).toBe('saw <secret> here');
  });

  it('leaves other text alone', () => {
    const registry = new SecretRegistry();
    registry.add('');
    registry.add('abc');
    expect(registry.redact('abc is too short to be a secret')).toBe('abc is too short to be a secret');
  });
});
