import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSetupCommand } from '../../../src/bottlerocket/build.ts';
import { buildBottlerocketPayload } from '../../../src/bottlerocket/payload.ts';
import { renderToml } from '../../../src/bottlerocket/render-toml.ts';
import { createExec } from '../../../src/core/exec.ts';
import { host, iamRaFleet, pemHost, ssmFleet } from '../../bottlerocket/sample.ts';
import { needPrograms } from '../../helpers/need-tools.ts';
import { hostileText } from '../../render/hostile-text.ts';
import { askTomllib, needTomllib } from './tomllib.ts';

const exec = createExec();

describe('integration/nodeconfig/bottlerocket', () => {
  it('is TOML to tomllib, with the values that went in', async (test) => {
    const python = await needTomllib(test);
    const labels = { 'example.com/site': 'a' };
    const texts = [
      buildBottlerocketPayload({ ...ssmFleet, labels }, host).toml,
      buildBottlerocketPayload({ ...iamRaFleet, labels }, pemHost).toml,
    ];
    for (const document of await askTomllib(python, texts, 'values')) {
      const [[name, settings]] = document as [[string, Record<string, Record<string, unknown>>]];
      expect(name).toBe('settings');
      expect(settings['kubernetes']).toMatchObject({
        'cluster-name': 'edge',
        'cluster-dns-ip': '10.100.0.10',
        'provider-id': 'eks-hybrid:///us-west-2/edge/edge-1',
        'node-labels': { 'example.com/site': 'a', 'eks.amazonaws.com/compute-type': 'hybrid' },
      });
    }
  });

  it('is TOML to tomllib whatever a person adds', async (test) => {
    const python = await needTomllib(test);
    const extra = fc.dictionary(
      hostileText,
      fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer(), fc.boolean())),
    );
    const documents = fc.sample(extra, { numRuns: 1000, seed: 5 });
    const read = await askTomllib(python, documents.map(renderToml), 'values');
    expect(read.map((pairs) => Object.fromEntries(pairs as [string, unknown][]))).toEqual(documents);
  });

  /** As bottlerocket-bootstrap-container does it: the user data is a file made executable and handed to bash's exec. */
  it('hands its arguments over through the shell unharmed', async (test) => {
    needPrograms(test, 'bash');
    const folder = await mkdtemp(join(tmpdir(), 'bootstrap-'));
    for (const name of ['eks-hybrid-ssm-setup', 'eks-hybrid-iam-ra-setup']) {
      await writeFile(join(folder, name), `#!/bin/bash\nprintf '%s\\0' "$@" > '${folder}/args'\n`);
      await chmod(join(folder, name), 0o755);
    }
    const codes = [`a'b"c$d\`e\\f g;h&i|j!k*l`, '-n $(id) ${HOME}', 'c0deC0deC0deC0deC0de'];
    for (const activationCode of codes) {
      const credentials = { kind: 'ssm', activationCode, activationId: 'x' } as const;
      expect(await runUserData(folder, buildSetupCommand({ ...ssmFleet, credentials }, host))).toEqual([
        '--activation-id=x',
        `--activation-code=${activationCode}`,
        '--region=us-west-2',
      ]);
    }
    expect(await runUserData(folder, buildSetupCommand(iamRaFleet, pemHost))).toEqual([
      `--certificate=${pemHost.certificate?.trim()}`,
      `--key=${pemHost.privateKey?.trim()}`,
    ]);
  });
});

async function runUserData(folder: string, command: string): Promise<string[]> {
  const file = join(folder, 'user-data');
  await writeFile(file, command);
  await chmod(file, 0o755);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  await exec.run('bash', ['-c', 'exec "$0"', file], { env, timeoutMs: 30_000 });
  return (await readFile(join(folder, 'args'), 'utf8')).split('\0').slice(0, -1);
}
