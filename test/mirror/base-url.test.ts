import { describe, expect, it } from 'vitest';
import { parseBaseUrl } from '../../src/mirror/base-url.ts';

describe('mirror/base-url', () => {
  it.each([
    ['https://mirror.example.com/eks/', 'https://mirror.example.com/eks'],
    ['http://10.0.2.2:8123', 'http://10.0.2.2:8123'],
    ['http://[fd00::1]:80/a', 'http://[fd00::1]/a'],
  ])('%s', (given, expected) => {
    expect(parseBaseUrl(given)).toBe(expected);
  });

  it.each(['file:///srv/mirror', 's3://bucket', 'mirror.example.com', '', 'https://a/?x=1', 'https://me:word@a/'])(
    'refuses %s',
    (given) => {
      expect(() => parseBaseUrl(given)).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});
