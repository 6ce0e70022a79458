import { type KeyObject, sign } from 'node:crypto';

/** A certificate signed with its own key, P-256. Just enough of X.509 (RFC 5280) for Go and OpenSSL to read it. */
export function makeCertificate(options: {
  name: string;
  keys: { publicKey: KeyObject; privateKey: KeyObject };
  from: Date;
  to: Date;
  ca?: boolean;
}): string {
  const { name, keys, from, to, ca = false } = options;
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const subject = sequence(set(sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))));
  const constraints = sequence(
    oid('551d13'),
    tagged(0x01, Buffer.of(0xff)),
    octets(sequence(...(ca ? [tagged(0x01, Buffer.of(0xff))] : []))),
  );
  const toBeSigned = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    algorithm,
    subject,
    sequence(time(from), time(to)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(constraints)),
  );
  const signature = sign('sha256', toBeSigned, keys.privateKey);
  const der = sequence(toBeSigned, algorithm, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  return pem('CERTIFICATE', der);
}

export function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]) => tagged(0x31, Buffer.concat(parts));
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));
const integer = (value: number) => tagged(0x02, Buffer.of(value));
const octets = (content: Buffer) => tagged(0x04, content);

/** GeneralizedTime. */
function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`));
}
