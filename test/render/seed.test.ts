import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { renderCloudSeed } from '../../src/render/cloud-seed.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { renderSeed, seedVariables } from '../../src/render/seed.ts';
import { builtinCells, cellFolder } from './cells.ts';
import { readYamlSeed } from './read-seed.ts';

const templates = loadTemplates(packageRoot());

describe('render/seed', () => {
  it.each(builtinCells.map((spec) => [cellFolder(spec), spec] as const))('%s has all of its seed', (_, spec) => {
    const seed = renderSeed(spec, templates);
    expect(seed.files.map(({ path }) => path).sort()).toEqual(seed.members.map(({ file }) => file).sort());
    // Every variable a file names is told, or Packer would not know it.
    const text = seed.files.map(({ content }) => content).join('\n');
    const named = seedVariables.filter((name) => new RegExp(`\\$\\{[^}]*\\b${name}\\b`).test(text));
    expect(named.filter((name) => !seed.variables.includes(name))).toEqual([]);
    if (seed.transport === 'cd') expect(['cidata', 'OEMDRV']).toContain(seed.cdLabel);
  });

  it('gives NoCloud both of its files and an instance id', () => {
    const seed = renderCloudSeed('hnf-node', templates);
    expect(seed.members.map(({ name }) => name)).toEqual(['meta-data', 'user-data']);
    expect(load(seed.files[0]?.content ?? '')).toEqual({ 'instance-id': 'hnf-node', 'local-hostname': 'hnf-build' });
    const userData = seed.files[1]?.content ?? '';
    expect(userData).toMatch(/^#cloud-config\n/);
    expect(userData).not.toContain('{{');
    expect(readYamlSeed(userData)['users']).toEqual([
      expect.objectContaining({
        name: 'hnf-build',
        lock_passwd: true,
        ssh_authorized_keys: [expect.stringMatching(/^ssh-/)],
      }),
    ]);
  });
});
