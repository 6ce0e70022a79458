import { describe, expect, it } from 'vitest';
import { joinUserData } from '../../src/guestinfo/multipart.ts';

describe('guestinfo/multipart', () => {
  it('leaves none and one alone', () => {
    expect(joinUserData([])).toBeUndefined();
    expect(joinUserData(['#cloud-config\n{}\n'])).toBe('#cloud-config\n{}\n');
  });

  it('carries every part whole, typed by its first line', () => {
    const parts = ['#cloud-config\nhostname: é\n', '#!/bin/sh\n--hybrid-node-factory\necho hi\n'];
    const text = joinUserData(parts) ?? '';
    const decoded = [...text.matchAll(/base64\n\n([A-Za-z0-9+/=]+)\n/g)].map((match) =>
      Buffer.from(match[1] ?? '', 'base64').toString(),
    );
    expect(decoded).toEqual(parts);
    expect([...text.matchAll(/^Content-Type: (text\/[\w-]+)/gm)].map((match) => match[1])).toEqual([
      'text/cloud-config',
      'text/x-shellscript',
    ]);
  });
});
