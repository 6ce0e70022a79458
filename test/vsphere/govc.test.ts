import { describe, expect, it } from 'vitest';
import { ExecError } from '../../src/core/exec-error.ts';
import { findDatastorePath } from '../../src/vsphere/datastore.ts';
import { govcEnvironment } from '../../src/vsphere/govc.ts';
import { explainGovc } from '../../src/vsphere/govc-errors.ts';

const connection = {
  server: 'vcenter.example.org',
  user: 'builder@vsphere.local',
  password: 'hidden',
  insecure: false,
  caCertificates: '/etc/ca.pem',
};

function failed(stderr: string): ExecError {
  const facts = {
    command: 'govc',
    exitCode: 1,
    signalName: undefined,
    timedOut: false,
    stdout: '',
    stderr,
    seconds: 1,
  };
  return new ExecError('exec.failed', facts, 'exit code 1');
}

describe('vsphere/govc', () => {
  it('hands everything over by environment, and nothing of the person’s own settings', () => {
    const env = govcEnvironment(connection, '/private');
    expect(env).toMatchObject({
      GOVC_URL: 'https://vcenter.example.org/sdk',
      GOVC_USERNAME: 'builder@vsphere.local',
      GOVC_PASSWORD: 'hidden',
      GOVC_INSECURE: 'false',
      GOVC_TLS_CA_CERTS: '/etc/ca.pem',
      GOVMOMI_HOME: '/private',
      GOVC_DATACENTER: '',
      GOVC_DATASTORE: '',
      GOVC_DEBUG: '',
      GOVC_VM: '',
    });
    expect(env['GOVC_URL']).not.toContain('hidden');
  });

  it.for([
    [
      'govc: Post "https://v/sdk": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'service.missing',
      /GOVC_TLS_CA_CERTS/,
    ],
    ['/x/govc: ServerFaultCode: Login failure', 'input.invalid', /VSPHERE_PASSWORD/],
    [
      'govc: ServerFaultCode: Cannot complete login due to an incorrect user name or password.',
      'input.invalid',
      /VSPHERE_USER/,
    ],
    ['govc: Post "https://v/sdk": dial tcp: lookup v: no such host', 'service.missing', /VSPHERE_SERVER/],
    ['govc: Post "https://v/sdk": dial tcp 10.0.0.1:443: i/o timeout', 'service.missing', /NO_PROXY/],
    ['govc: ServerFaultCode: Permission to perform this operation was denied.', 'build.failed', /privileges/],
  ] as const)('explains %s', ([stderr, code, hint]) => {
    const error = explainGovc(failed(stderr), 'v');
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
    expect(error.message).not.toMatch(/Post "|govc:/);
  });

  it('keeps the words of anything else', () => {
    expect(explainGovc(failed('govc: something new\n'), 'v')).toMatchObject({
      code: 'exec.failed',
      message: 'govc: something new',
    });
  });

  it.for([
    ['[ds 1] iso/a b.iso', { datastore: 'ds 1', path: 'iso/a b.iso' }],
    ['[ds] /iso/a.iso', { datastore: 'ds', path: 'iso/a.iso' }],
    ['Library/item/a.iso', undefined],
    ['[] a.iso', undefined],
    ['/iso/a.iso', undefined],
  ] as const)('reads the datastore path %s', ([text, parts]) => expect(findDatastorePath(text)).toEqual(parts));
});
