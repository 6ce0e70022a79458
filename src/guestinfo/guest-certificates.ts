import { type Command, guestPaths, type PayloadFile } from './types.ts';

export interface GuestCertificate {
  /** File name without `.crt`; letters, digits, dots, hyphens, underscores. */
  readonly name: string;
  readonly pem: string;
}

const folder = `${guestPaths.folder}/ca`;

/**
 * Certificates for the system's trust store, by each system's own means: cloud-init's `ca_certs` has another name before 22.1 and does nothing
 * on AL2023. Pure.
 */
export function buildCertificates(certificates: readonly GuestCertificate[]): {
  files: PayloadFile[];
  commands: Command[];
} {
  if (certificates.length === 0) return { files: [], commands: [] };
  const files = certificates.map(({ name, pem }) => ({
    path: `${folder}/${name}.crt`,
    mode: 0o644,
    content: `${pem.trim()}\n`,
  }));
  return { files, commands: [trustCommand] };
}

const trustCommand = [
  'if [ -d /etc/pki/ca-trust/source/anchors ]; then',
  `  cp ${folder}/*.crt /etc/pki/ca-trust/source/anchors/ && update-ca-trust`,
  'else',
  `  mkdir -p /usr/local/share/ca-certificates && cp ${folder}/*.crt /usr/local/share/ca-certificates/ && update-ca-certificates`,
  'fi',
  '',
].join('\n');
