import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/guestinfo/mask.ts';
import { sampleCode, sampleNodeConfig } from './sample.ts';

describe('guestinfo/mask', () => {
  it('masks the activation code of a NodeConfig, however it is quoted', () => {
    expect(maskSecrets(sampleNodeConfig({ name: 'a' }))).not.toContain(sampleCode);
    for (const line of [
      'activationCode: x1y2',
      "activationCode: 'x1y2'",
      '"activationCode": "x1y2",',
      '  - activation_code: x1y2',
    ])
      expect(maskSecrets(line)).not.toContain('x1y2');
  });

  it.each([
    'password: x1y2',
    'chpasswd: {list: [a]}\n    passwd: $6$x1y2$z',
    'hashed_passwd: "$6$x1y2"',
    'plain_text_passwd: x1y2 z',
    'password: |\n  x1y2\n  more x1y2\nnext: 1',
    'export VAULT_TOKEN=x1y2',
    'aws_secret_access_key = x1y2',
    'AWS_SESSION_TOKEN: x1y2',
    'url: https://joe:x1y2@example.org/path',
    '-----BEGIN RSA PRIVATE KEY-----\nx1y2\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nx1y2',
    '"token": "x1y2"',
    '- {name: ops, plain_text_passwd: x1y2}',
    '{"auths": {"registry": {"auth": "x1y2", "password": "x1y2"}}}',
    'chpasswd:\n  list: |\n    root:x1y2\n  expire: false',
    'chpasswd: {list: ["root:x1y2"]}',
    'password:\n  "x1y2"\nnext: 1',
    'password: >-\n  x1y2',
    'password: x0\n  x1y2',
    '- token: "x0\n    x1y2"\n  name: a',
    'curl -H "Authorization: Bearer x1y2" https://example.org',
    'login --password x1y2 --user joe',
    "login --token 'x1 x1y2'",
    'runcmd: [[sh, -c, "echo password=x1y2"]]',
    'wifi_psk = x1y2',
    'GITHUB_TOKEN=x1y2 make',
  ])('masks %j', (text) => {
    expect(maskSecrets(text)).not.toContain('x1y2');
    expect(maskSecrets(text)).toContain('<secret>');
  });

  it('leaves the rest as it is', () => {
    const text = [
      'hostname: node-1',
      'ssh_authorized_keys:',
      '  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@example.org',
      'privateKeyPath: "/etc/iam/pki/server.key"',
      'activationId: "01234567-89ab-cdef-0123-456789abcdef"',
      'proxy: http://proxy.example.org:3128',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      'passwd:',
      '  users: []',
      'lock_passwd: true',
      '- password: null',
      '  name: a',
      'tokenizer: a',
      '    sudo: ALL=(ALL) NOPASSWD:ALL',
      'ssh_pwauth: yes',
    ].join('\n');
    expect(maskSecrets(text)).toBe(text);
  });

  it('keeps what stands beside a secret', () => {
    const text = '- token: "a\n    b"\n  name: x\npassword:\n  abc\nnext: 1\n';
    expect(maskSecrets(text)).toBe('- token: <secret>\n  name: x\npassword:\n  <secret>\nnext: 1\n');
  });

  it('takes no long time over long lines', () => {
    const started = performance.now();
    maskSecrets(
      `${'token-'.repeat(50_000)}\n${'a'.repeat(200_000)}\n${' '.repeat(200_000)}x\n${'-'.repeat(200_000)}\n${'a-'.repeat(100_000)}\n${'a://'.repeat(50_000)}\n${'token'.repeat(40_000)}\n${'--token '.repeat(30_000)}\n${'password'.repeat(20_000)}${' '.repeat(100_000)}x\n${'- '.repeat(100_000)}`,
    );
    // What goes back at every character takes minutes for these.
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
