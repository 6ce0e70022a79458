import { X509Certificate } from 'node:crypto';

const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

export function hasPrivateKey(text: string): boolean {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}

/** What is wrong with a text that should be one PEM certificate; undefined when nothing is. Never quotes it: it may be a key. */
export function findCertificateFault(pem: string): { message: string; hint: string } | undefined {
  if (hasPrivateKey(pem))
    return { message: 'holds a private key; accepted: one PEM certificate', hint: 'Keep the key where it belongs.' };
  const found = pem.match(certificate) ?? [];
  if (found.length > 1)
    return {
      message: `holds ${found.length} certificates; accepted: one, because trust stores link a file by its first`,
      hint: 'Give each a name of its own.',
    };
  const hint = "It begins with '-----BEGIN CERTIFICATE-----'; 'openssl x509 -inform der -in FILE' turns DER into it.";
  if (found.length === 0) return { message: 'is no PEM certificate; accepted: one', hint };
  try {
    new X509Certificate(pem);
    return undefined;
  } catch {
    return { message: 'looks like a PEM certificate and cannot be read as one; accepted: a whole one', hint };
  }
}
