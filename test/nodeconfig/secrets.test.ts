import { describe, expect, it } from 'vitest';
import { checkNodeConfig } from '../../src/nodeconfig/check.ts';
import { parseNodeConfig } from '../../src/nodeconfig/parse.ts';
import { allCases } from './cases/all.ts';
import { containerd, ssm, ssmWith } from './cases/case.ts';
import { privateKeyPem } from './cases/pki.ts';

const secret = 'hunter2hunter2hunter2hunter2';
const withSecret = ssm.replace('c0deC0deC0deC0deC0de', secret);

describe('nodeconfig/secrets', () => {
  it.each([
    ['too long', ssmWith('c0deC0deC0deC0deC0de', secret.repeat(10))],
    ['under another key', withSecret.replace('activationCode', 'activation_code')],
    ['under a key of the wrong group', ssmWith('    region', `    activationCode: ${secret}\n    region`)],
    ['as a key', ssmWith('      activationId', `      ${secret}:\n      activationId`)],
    [
      'as a key with the name',
      ssmWith('      activationId', `      "activationCode=${secret}": x\n      activationId`),
    ],
    ['as the id', ssmWith('01234567-89ab-cdef-0123-456789abcdef', secret)],
    ['without its colon', withSecret.replace('activationCode:', 'activationCode')],
    ['without its end', withSecret.replace(`${secret}"`, secret)],
    ['after a tab', withSecret.replace('      activationCode', '\tactivationCode')],
    ['in a placeholder', ssmWith('c0deC0deC0deC0deC0de', `<${secret}>`)],
    ['with a blank', ssmWith('c0deC0deC0deC0deC0de', `${secret} `)],
    ['as a list', ssmWith('"c0deC0deC0deC0deC0de"', `["${secret}"]`)],
    ['as a number', ssmWith('"c0deC0deC0deC0deC0de"', '123456789012345678901234567890')],
    ['in a flag', ssm.replace('spec:', `spec:\n  kubelet: {flags: ["--storage-driver-password ${secret}"]}`)],
    ['in containerd', containerd(`[a]\npassword = ${secret}`)],
    ['in containerd, well formed', containerd(`version = "2"\npassword = "${secret}"`)],
  ])('no finding shows it: %s', (_, text) => {
    const findings = checkNodeConfig(text, { file: 'node.yaml' });
    expect(findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|1234567890123456789012345/);
  });

  it('shows no private key', () => {
    const key = privateKeyPem.replaceAll('\n', '\n      ');
    for (const text of [
      ssmWith('    region', `    certificateAuthority: |\n      ${key}\n    region`),
      containerd(privateKeyPem),
      ssmWith('    region', `    key: |\n      ${key}\n    region`),
    ]) {
      const said = JSON.stringify(checkNodeConfig(text, { file: 'node.yaml' }));
      for (const line of privateKeyPem.split('\n').slice(1, -2)) expect(said).not.toContain(line);
    }
  });

  it('keeps it out of the error of parseNodeConfig', () => {
    const text = withSecret.replace('activationCode', 'activation_code');
    expect(() => parseNodeConfig(text)).toThrow(/^2 things are wrong in NodeConfig$/);
    try {
      parseNodeConfig(text);
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });

  it('shows the code of no case of the table', () => {
    const said = allCases.map(({ text }) => JSON.stringify(checkNodeConfig(text as string, { file: 'x' }))).join('\n');
    expect(said).not.toMatch(/c0deC0de/);
  });
});
