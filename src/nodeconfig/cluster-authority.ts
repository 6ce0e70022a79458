import { X509Certificate } from 'node:crypto';
import { hasPrivateKey } from '../config/pem.ts';

const accepted = 'accepted: PEM in base64, as EKS shows it';
const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** What is wrong with the cluster's certificate authority; nothing of it is quoted. */
export function findAuthorityFault(authority: string): { message: string; hint?: string } | undefined {
  if (authority === '') return undefined;
  const pem = decodeBase64(authority);
  if (pem === undefined) {
    const message = `is no base64; ${accepted}`;
    return authority.includes('-----BEGIN')
      ? { message, hint: 'This is the PEM itself: encode it once.' }
      : { message };
  }
  if (hasPrivateKey(pem)) return { message: `holds a private key; ${accepted}` };
  const certificates = pem.match(certificate) ?? [];
  if (certificates.length === 0) return { message: `holds no PEM certificate; ${accepted}` };
  return certificates.every(isCertificate) ? undefined : { message: `holds a damaged certificate; ${accepted}` };
}

/** As Go reads it: ends of lines may stand in it, padding and alphabet are strict. */
function decodeBase64(text: string): string | undefined {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, 'base64').toString('utf8');
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
