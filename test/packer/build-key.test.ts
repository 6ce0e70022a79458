import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createBuildKey } from '../../src/packer/build-key.ts';

describe('packer/build-key', () => {
  it('makes a pair that belongs together, in the formats Packer and sshd read', () => {
    const { privateKey, publicKey } = createBuildKey();
    const [type, blob = '', comment] = publicKey.split(' ');
    expect([type, comment]).toEqual(['ssh-ed25519', 'hnf-build']);
    const bytes = Buffer.from(blob, 'base64');
    expect(bytes.subarray(0, 19).toString('latin1')).toBe('\0\0\0\x0bssh-ed25519\0\0\0\x20');
    const raw = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' }).subarray(-32);
    expect(bytes.subarray(19).equals(raw)).toBe(true);
  });

  it('is another one every time', () => {
    expect(createBuildKey().publicKey).not.toBe(createBuildKey().publicKey);
  });
});
