import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';

/** A file of the machine the NodeConfig is for. */
export interface NodeFile {
  content: Uint8Array;
  /** Permission bits, e.g. 0o600; undefined where there are none. */
  mode?: number | undefined;
}

/** Undefined when there is no such file; throws when it cannot be read. */
export type ReadNodeFile = (path: string) => NodeFile | undefined;

export interface FileChecks {
  readFile: ReadNodeFile;
  /** This is the node: a file that is not here is missing, not elsewhere. */
  onNode: boolean;
  /** Milliseconds. */
  now: number;
}

type Path = readonly string[];

/**
 * Certificate and key of IAM Roles Anywhere as `nodeadm` looks at them (internal/certificate), and what it forgets: whether the two belong
 * together. Nothing of a key is ever quoted.
 */
export function listFileFaults({ spec }: DecodedConfig, checks: FileChecks): Fault[] {
  const fields = spec?.hybrid?.iamRolesAnywhere;
  if (fields === undefined) return [];
  const at = (key: string): Path => ['spec', 'hybrid', 'iamRolesAnywhere', key];
  const certificate = readOne(fields.certificatePath, at('certificatePath'), checks);
  const key = readOne(fields.privateKeyPath, at('privateKeyPath'), checks);
  const parsed = parseCertificate(certificate.file, at('certificatePath'), checks.now);
  const parsedKey = parseKey(key.file, at('privateKeyPath'));
  return [
    ...certificate.faults,
    ...parsed.faults,
    ...listSubjectFaults(parsed.certificate, fields.nodeName, at('certificatePath')),
    ...key.faults,
    ...parsedKey.faults,
    ...listMatchFaults(parsed.certificate, parsedKey.key, at('privateKeyPath')),
  ];
}

function readOne(
  path: string | undefined,
  at: Path,
  { readFile, onNode }: FileChecks,
): { file?: NodeFile; faults: Fault[] } {
  if (path === undefined || !path.startsWith('/')) return { faults: [] };
  const code = 'iamRolesAnywhere.file';
  const severity = onNode ? 'error' : 'warning';
  try {
    const file = readFile(path);
    if (file !== undefined) return { file, faults: [] };
    const message = onNode
      ? `'${path}' is not there; accepted: a file that is`
      : `'${path}' is not on this machine, so it was not looked at`;
    const hint = onNode ? undefined : "On the node 'hnf nodeconfig check --on-node' looks at it.";
    return { faults: [{ path: at, code, severity, message, hint }] };
  } catch {
    return { faults: [{ path: at, code, severity, message: `'${path}' cannot be read, so it was not looked at` }] };
  }
}

/** The first PEM block counts, as in Go; chains may follow. */
function parseCertificate(
  file: NodeFile | undefined,
  path: Path,
  now: number,
): { certificate?: X509Certificate; faults: Fault[] } {
  if (file === undefined) return { faults: [] };
  const code = 'iamRolesAnywhere.certificate';
  const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/.exec(textOf(file));
  if (block?.[1] !== 'CERTIFICATE') {
    const message = block?.[1]?.endsWith('PRIVATE KEY')
      ? 'names a file with a private key'
      : 'names a file that is no PEM certificate';
    return { faults: [{ path, code, message: `${message}; accepted: the node's certificate in PEM` }] };
  }
  try {
    const certificate = new X509Certificate(block[0]);
    return { certificate, faults: listDateFaults(certificate, path, now) };
  } catch {
    return { faults: [{ path, code, message: 'names a file with a damaged certificate; accepted: a whole one' }] };
  }
}

function listDateFaults({ validFromDate, validToDate, ca }: X509Certificate, path: Path, now: number): Fault[] {
  const fault = (message: string, hint?: string): Fault => ({
    path,
    code: 'iamRolesAnywhere.certificate',
    message,
    hint,
  });
  if (now < validFromDate.getTime())
    return [fault(`is valid from ${validFromDate.toISOString()} on`, 'Look at the clock of this machine.')];
  if (now > validToDate.getTime()) return [fault(`has expired on ${validToDate.toISOString()}; accepted: a valid one`)];
  return ca ? [fault('is the certificate of an authority, which IAM Roles Anywhere does not take from a node')] : [];
}

/** Whether it matters is up to the role's trust policy; AWS's templates compare. */
function listSubjectFaults(
  certificate: X509Certificate | undefined,
  nodeName: string | undefined,
  path: Path,
): Fault[] {
  if (certificate === undefined || nodeName === undefined || nodeName === '') return [];
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  if (name === nodeName) return [];
  const message = `has the common name '${name ?? ''}', and nodeName is '${nodeName}': AWS's trust policy wants them the same`;
  return [{ path, code: 'iamRolesAnywhere.certificate', severity: 'warning', message }];
}

function parseKey(file: NodeFile | undefined, path: Path): { key?: KeyObject; faults: Fault[] } {
  if (file === undefined) return { faults: [] };
  const code = 'iamRolesAnywhere.key';
  const text = textOf(file);
  const open: Fault[] =
    file.mode !== undefined && (file.mode & 0o077) !== 0
      ? [
          {
            path,
            code,
            severity: 'warning',
            message: `names a file of mode 0${(file.mode & 0o777).toString(8)}; accepted: 0600`,
          },
        ]
      : [];
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    const message = 'names a key with a passphrase, which nobody types on a node; accepted: a key without';
    return { faults: [...open, { path, code, message }] };
  }
  try {
    return { key: createPrivateKey(text), faults: open };
  } catch {
    return { faults: [...open, { path, code, message: 'names a file that is no private key in PEM; accepted: one' }] };
  }
}

function listMatchFaults(certificate: X509Certificate | undefined, key: KeyObject | undefined, path: Path): Fault[] {
  if (certificate === undefined || key === undefined || certificate.checkPrivateKey(key)) return [];
  const message = 'names a key of another certificate; accepted: the key of certificatePath';
  return [{ path, code: 'iamRolesAnywhere.key', message }];
}

function textOf({ content }: NodeFile): string {
  return Buffer.from(content).toString('latin1');
}
