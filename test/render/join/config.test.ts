import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { packageRoot } from '../../../src/core/package-root.ts';
import { needTime } from '../../helpers/need-tools.ts';
import { activationCode, iamConfig, makeSandbox, type Sandbox, shells, ssmConfig } from './sandbox.ts';

const part = join(packageRoot(), 'templates/guest/join/config.sh');
const placeholder = 'removed-after-the-join-it-was-used';
const open: Sandbox[] = [];

afterEach(() => {
  for (const sandbox of open.splice(0)) sandbox.dispose();
});

function sandboxOf(nodeConfig = iamConfig): Sandbox {
  const sandbox = makeSandbox(nodeConfig);
  open.push(sandbox);
  return sandbox;
}

/** One function of config.sh on a text. */
function call(command: string, input: string, shell = '/bin/sh'): string {
  const run = spawnSync(shell, ['-c', `. ${part}; ${command}`], { input, encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout;
}

const read = (text: string, key = 'activationcode') => call(`edit_scalar ${key} ''`, text).replace(/\n$/, '');
const scrub = (text: string) => call('edit_scalar activationcode "$PLACEHOLDER"', text);

interface Doc {
  spec: { cluster: object; hybrid: { ssm: { activationCode: string; activationId: string } }; kubelet?: object };
}

function docOf(code: string): Doc {
  return {
    spec: {
      cluster: { name: 'lab', region: 'us-west-2' },
      hybrid: { ssm: { activationCode: code, activationId: '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f' } },
      kubelet: { flags: ['--node-labels=a=b'] },
    },
  };
}

describe('render/join: config.sh', () => {
  it.each([
    ['block', 'a:\n  activationCode: abc\n  activationId: x\n'],
    ['comment behind', 'a:\n  activationCode: abc # why\n'],
    ['commented out before', '#  activationCode: old\na:\n  # activationCode: old\n  activationCode: abc\n'],
    ['double quotes', 'activationCode: "abc"\n'],
    ['single quotes', "'activationCode': 'abc'\n"],
    ['flow', 'ssm: {activationCode: abc, activationId: x}\n'],
    ['flow, last', '{ssm: {activationId: x, activationCode: abc}}\n'],
    ['JSON', '{"ssm":{"activationCode":"abc","activationId":"x"}}'],
    ['JSON on lines', '{\n  "ssm": {\n    "activationCode": "abc",\n    "activationId": "x"\n  }\n}\n'],
    ['another case', 'ssm:\n  ActivationCODE: abc\n'],
    ['CRLF', 'ssm:\r\n  activationCode: abc\r\n  activationId: x\r\n'],
    ['next line', 'ssm:\n  activationCode:\n    abc\n  activationId: x\n'],
    ['block scalar', 'ssm:\n  activationCode: |-\n    abc\n  activationId: x\n'],
    ['folded', 'ssm:\n  activationCode: >- # so\n    abc\n  activationId: x\n'],
    ['no line end', 'activationCode: abc'],
  ])('reads and replaces a value: %s', (_, text) => {
    expect(read(text)).toBe('abc');
    const values = (document: unknown): string[] =>
      typeof document === 'object' && document !== null ? Object.values(document).flatMap(values) : [String(document)];
    expect(values(parse(scrub(text)))).toEqual(
      values(parse(text)).map((value) => (value === 'abc' ? placeholder : value)),
    );
  });

  it('unescapes what quotes need', () => {
    expect(read('activationCode: "a\\"b\\\\c"')).toBe('a"b\\c');
    expect(read("activationCode: 'it''s'")).toBe("it's");
  });

  it('has the same sum before and after the code was taken out, and another one for other changes', () => {
    const sum = (text: string) => call('CONFIG=$(mktemp); cat >"$CONFIG"; nodeconfig_sum; rm "$CONFIG"', text);
    expect(sum(scrub(ssmConfig))).toBe(sum(ssmConfig));
    expect(sum(ssmConfig.replace('us-west-2', 'us-east-1'))).not.toBe(sum(ssmConfig));
  });

  it('agrees with YAML, whoever wrote it', () => {
    const codes = fc.string({
      unit: fc.constantFrom(...'abcXYZ019/+=-_.:#,{}[]\'"\\ @&*!%'),
      minLength: 20,
      maxLength: 40,
    });
    const writers = [
      (doc: Doc) => dump(doc, { lineWidth: -1 }),
      (doc: Doc) => dump(doc, { flowLevel: 2, lineWidth: -1 }),
      (doc: Doc) => stringify(doc, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }),
      (doc: Doc) => stringify(doc, { lineWidth: 0, defaultStringType: 'QUOTE_SINGLE' }),
      (doc: Doc) => JSON.stringify(doc),
      (doc: Doc) => JSON.stringify(doc, null, 2),
    ];
    // nodeadm takes any characters, AWS gives letters, digits, + and /.
    const oneLine = codes.map((code) => code.trim()).filter((code) => code.length >= 20);
    fc.assert(
      fc.property(oneLine, fc.constantFrom(...writers), (code, write) => {
        const text = write(docOf(code));
        expect(read(text)).toBe(code);
        expect(parse(scrub(text))).toEqual(docOf(placeholder));
      }),
      { numRuns: 60 },
    );
  });

  it.each(shells)('masks, in %s, a code wherever it stands', (shell) => {
    const lines = `a ${activationCode} b ${activationCode}${activationCode}\n\ttab \\n back\nlast`;
    const masked = call(`SECRET='${activationCode}'; redact`, lines, shell);
    expect(masked).toBe('a *** b ******\n\ttab \\n back\nlast\n');
    expect(call('SECRET=; redact', 'x -code abc -id y', shell)).toBe('x -code *** -id y\n');
    expect(call(`SECRET='[*?'; redact`, 'a[*?b', shell)).toBe('a[*?b\n');
    expect(call(`SECRET='[*?]"\\'; SECRET_JSON='[*?]\\"\\\\'; redact`, 'a[*?]"\\b a[*?]\\"\\\\b', shell)).toBe(
      'a***b a***b\n',
    );
  });

  describe('join.env', () => {
    beforeEach(needTime);

    it('gives nodeadm the proxy, in both cases', () => {
      const sandbox = sandboxOf();
      sandbox.write(
        'etc/hybrid-node/join.env',
        '# site\r\nHTTPS_PROXY="http://proxy.example:3128"\r\nno_proxy=10.0.0.0/8\n',
      );
      sandbox.program('nodeadm', 'if [ "$1" = init ]; then env | grep -i _proxy | sort >"$R/env"; fi');
      const { journal } = sandbox.join();
      expect(journal).toContain('environment: proxy http://proxy.example:3128, directly to: 10.0.0.0/8');
      expect(sandbox.read('env')).toBe(
        'HTTPS_PROXY=http://proxy.example:3128\nNO_PROXY=10.0.0.0/8\nhttps_proxy=http://proxy.example:3128\nno_proxy=10.0.0.0/8\n',
      );
      // Drop-ins that user data wrote after systemd had read its units.
      expect(sandbox.calls('systemctl')[0]).toBe('systemctl daemon-reload');
    });

    it('refuses twins that differ, as nodeadm would after it spent the activation', () => {
      const sandbox = sandboxOf();
      sandbox.write('etc/hybrid-node/join.env', 'HTTP_PROXY=http://a\nhttp_proxy=http://b\n');
      const { code, journal } = sandbox.join();
      expect([code, journal]).toEqual([1, expect.stringMatching(/environment: HTTP_PROXY and http_proxy differ/)]);
      expect(sandbox.calls('nodeadm')).toEqual([]);
    });

    it('never says the password of a proxy', () => {
      const sandbox = sandboxOf();
      sandbox.write('etc/hybrid-node/join.env', 'HTTPS_PROXY=http://user:geheim@proxy:3128\n');
      sandbox.program(
        'curl',
        'echo "curl: (56) Received HTTP code 407 from proxy user:geheim after CONNECT" >&2; exit 56',
      );
      const { journal } = sandbox.join();
      expect(journal).toMatch(/proxy http:\/\/\*\*\*@proxy:3128/);
      expect(journal).not.toContain('geheim');
    });

    it('is data and no program', () => {
      const sandbox = sandboxOf();
      const lines = [
        'PATH=/nowhere',
        'HYBRID_NODE_ROOT=/',
        'export A=1',
        'HYBRID_NODE_INIT_SKIP=$(touch "$R/bad")',
        'x',
      ];
      sandbox.write('etc/hybrid-node/join.env', lines.join('\n'));
      const { code, journal } = sandbox.join();
      expect(`${code} ${journal}`).toMatch(/^0 /);
      for (const name of ['PATH', 'HYBRID_NODE_ROOT', 'export A', 'x'])
        expect(journal).toContain(`join.env: '${name}' is no setting of the join`);
      expect(sandbox.calls('nodeadm').at(-1)).toContain('--skip $(touch "$R/bad")');
      expect(sandbox.has('bad')).toBe(false);
    });

    it('takes the default for what cannot be', () => {
      const sandbox = sandboxOf();
      const lines = ['HYBRID_NODE_RETRY_SECONDS=soon', 'HYBRID_NODE_SCRUB=perhaps', 'HYBRID_NODE_INIT_SECONDS=010'];
      sandbox.write('etc/hybrid-node/join.env', lines.join('\n'));
      const { journal } = sandbox.join();
      expect(journal).toMatch(/HYBRID_NODE_RETRY_SECONDS is not a number .*; taking 15/);
      expect(journal).toMatch(/HYBRID_NODE_SCRUB is neither yes nor no; taking yes/);
      expect(journal).toContain('at most 10 s');
    });

    it('passes skips and another manifest on to nodeadm', () => {
      const sandbox = sandboxOf();
      const lines = [
        'HYBRID_NODE_INIT_SKIP=cni-validation,node-ip-validation',
        'HYBRID_NODE_MANIFEST=file:///opt/m.yaml',
      ];
      sandbox.write('etc/hybrid-node/join.env', lines.join('\n'));
      sandbox.join();
      expect(sandbox.calls('nodeadm').at(-1)).toMatch(
        /--skip cni-validation,node-ip-validation -m file:\/\/\/opt\/m.yaml$/,
      );
    });
  });
});
