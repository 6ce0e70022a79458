import fc from 'fast-check';
import { describe, expect, it, type TestContext } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { tomlString } from '../../../src/core/quote/toml.ts';
import { parseToml } from '../../../src/core/toml/parse-toml.ts';
import { kubeletFlags } from '../../../src/nodeconfig/data/kubelet-flags.ts';
import { renderNodeConfig } from '../../../src/nodeconfig/render.ts';
import { almostToml, invalidToml, validToml } from '../../core/toml/toml-samples.ts';
import { needTools } from '../../helpers/need-tools.ts';
import { hostileConfig } from '../../nodeconfig/hostile-config.ts';
import { hostileText } from '../../render/hostile-text.ts';
import { askTomllib, needTomllib } from './tomllib.ts';

const exec = createExec();

const readYaml = `
import json, sys, yaml
print(json.dumps([yaml.safe_load(text) for text in json.load(sys.stdin)]))
`;

/** Other readers of what we write and of what we read. */
describe('integration/nodeconfig/readers', () => {
  it('PyYAML reads back every text of a NodeConfig', async (test) => {
    const [python = ''] = await needTools(test, 'python-judges');
    const configs = fc.sample(hostileConfig, { numRuns: 1200, seed: 5 });
    const input = JSON.stringify(configs.map(renderNodeConfig));
    const { stdout } = await exec.run(python, ['-I', '-c', readYaml], { input, timeoutMs: 300_000 });
    expect(JSON.parse(stdout)).toEqual(configs);
  });

  it('tomllib agrees about every sample of TOML', async (test) => {
    const python = await needTomllib(test);
    // Python's whole numbers have no end; containerd's have 64 bits.
    const invalid = invalidToml.filter((text) => !/\d{19}/.test(text));
    const texts = [...validToml.map(([text]) => text), ...invalid];
    const faulty = await askTomllib(python, texts, 'faults');
    expect(texts.filter((_, index) => faulty[index])).toEqual(invalid);
  });

  it('tomllib agrees about what is no TOML', async (test) => {
    const python = await needTomllib(test);
    const texts = fc.sample(almostToml, { numRuns: 20_000, seed: 5 });
    const faulty = await askTomllib(python, texts, 'faults');
    const ours = texts.map(isFaulty);
    expect(texts.filter((_, index) => faulty[index] !== ours[index])).toEqual([]);
    expect(ours.filter((fault) => !fault).length).toBeGreaterThan(1000);
  });

  it('tomllib reads every string we write', async (test) => {
    const python = await needTomllib(test);
    const pairs = fc.sample(fc.tuple(hostileText, hostileText), { numRuns: 2000, seed: 5 });
    const texts = pairs.map(([key, value]) => `${tomlString(key)} = ${tomlString(value)}`);
    expect(await askTomllib(python, texts, 'values')).toEqual(pairs.map((pair) => [pair]));
  });

  it('kubelet 1.34 has the flags of the table, and no others', async (test) => {
    const names = await listKubeletFlags(test);
    expect(names.sort()).toEqual([...kubeletFlags.keys(), 'help', 'version'].sort());
  });
});

function isFaulty(text: string): boolean {
  try {
    parseToml(text);
    return false;
  } catch {
    return true;
  }
}

async function listKubeletFlags(test: TestContext): Promise<string[]> {
  const [kubelet = ''] = await needTools(test, 'kubelet');
  const { stdout } = await exec.run(kubelet, ['--help'], { timeoutMs: 60_000 });
  return [...stdout.matchAll(/^ +(?:-\w, )?--([a-z0-9-]+)/gm)].map((match) => match[1] ?? '');
}
