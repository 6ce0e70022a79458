import { FactoryError } from '../core/errors.ts';
import type { ExecError } from '../core/exec-error.ts';

interface Explanation {
  pattern: RegExp;
  code: 'service.missing' | 'input.invalid' | 'build.failed';
  say: (server: string, text: string) => string;
  hint: string;
}

/** govc knows one exit code for everything that is wrong; what it was stands in the text. */
const explanations: readonly Explanation[] = [
  {
    pattern: /x509|tls: |certificate/i,
    code: 'service.missing',
    say: (server, text) => `the certificate of the vCenter '${server}' is not trusted: ${text}`,
    hint: 'Give the CA with GOVC_TLS_CA_CERTS=FILE or SSL_CERT_FILE; only in a lab set vsphere.insecure.',
  },
  {
    pattern: /Login failure|incorrect user name or password|InvalidLogin/i,
    code: 'input.invalid',
    say: (server) => `the vCenter '${server}' refuses this user name and password`,
    hint: 'Correct VSPHERE_USER and VSPHERE_PASSWORD; the user name usually ends in @domain.',
  },
  {
    pattern: /no such host|connection refused|i\/o timeout|network is unreachable|no route to host|EOF$/i,
    code: 'service.missing',
    say: (server, text) => `the vCenter '${server}' cannot be reached: ${text}`,
    hint: 'Correct VSPHERE_SERVER (host name, no https://); behind a proxy check NO_PROXY.',
  },
  {
    pattern: /NoPermission|Permission to perform this operation was denied/i,
    code: 'build.failed',
    say: (server, text) => `the vCenter '${server}' does not allow this: ${text}`,
    hint: 'Give the account the role of `hnf image build`; docs/vsphere.md lists its privileges.',
  },
];

/** What govc said as a person can use it; anything not known stays as it is. Pure. */
export function explainGovc(error: ExecError, server: string): FactoryError {
  if (error.code !== 'exec.failed') return error;
  const text = lastWords(error.stderr);
  const known = explanations.find(({ pattern }) => pattern.test(text));
  if (known === undefined)
    return new FactoryError('exec.failed', text === '' ? error.message : `govc: ${text}`, { cause: error });
  return new FactoryError(known.code, known.say(server, text), { hint: known.hint, cause: error });
}

function lastWords(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/^\S*govc\S*: /, '').replace(/^Post "[^"]*": /, '');
}
