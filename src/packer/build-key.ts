import { generateKeyPairSync } from 'node:crypto';

export interface BuildKey {
  /** PKCS#8 PEM, which Packer's SSH client reads. A secret. */
  privateKey: string;
  /** `ssh-ed25519 AAAA…`. */
  publicKey: string;
}

/** A fresh ed25519 key for one build; it is useless once the build user is gone. */
export function createBuildKey(): BuildKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: `ssh-ed25519 ${encodeOpenSsh(raw).toString('base64')} hnf-build`,
  };
}

/** RFC 4253 §6.6 and RFC 8709 §4: two length-prefixed strings, the algorithm's name and the 32 bytes. */
function encodeOpenSsh(raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('ssh-ed25519'), raw].map((part) => Buffer.concat([uint32(part.length), part])));
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
