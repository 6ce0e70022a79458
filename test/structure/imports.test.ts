import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

/** style.md, "Direction of imports": a folder may use folders of earlier steps only. */
const steps: readonly (readonly string[])[] = [
  ['core'],
  ['tools', 'config'],
  ['catalog', 'hosts'],
  ['nodeconfig', 'guestinfo', 'bottlerocket', 'cni', 'formats'],
  ['render', 'pipelines'],
  ['packer', 'vsphere', 'lab', 'mirror', 'ssh', 'aws'],
  ['flows', 'doctor'],
  ['engine'],
  ['cli', 'index.ts'],
];

/** Folders that take data and return data (style.md, "Pure or effectful by folder"), with the files that may touch the world. */
const pureFolders: Readonly<Record<string, readonly string[]>> = {
  config: ['config/load.ts'],
  catalog: [],
  hosts: ['hosts/source.ts'],
  nodeconfig: [],
  guestinfo: [],
  bottlerocket: [],
  render: ['render/load-templates.ts'],
};

const effectModules = /^node:(fs|net|http|https|child_process|os|dgram|tls|dns)(\/|$)|^execa$/;

interface Import {
  from: string;
  to: string;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function collectImports(): Import[] {
  return listFiles(source).flatMap((file) =>
    importsOf(file).map((target) => ({
      from: relative(source, file),
      to: target.startsWith('.') ? relative(source, resolve(dirname(file), target)) : target,
    })),
  );
}

function stepOf(path: string): number {
  const top = path.split('/')[0] ?? '';
  return steps.findIndex((step) => step.includes(top));
}

/** Inside our source and in another top folder. */
function crossesFolders({ from, to }: Import): boolean {
  return !to.startsWith('node:') && stepOf(to) >= 0 && from.split('/')[0] !== to.split('/')[0];
}

function isPure(path: string): boolean {
  const allowed = pureFolders[path.split('/')[0] ?? ''];
  return allowed !== undefined && !allowed.includes(path);
}

/** Static imports only: a cycle through a dynamic import is how commands load their bodies. */
function findCycles(): string[] {
  const graph = new Map<string, string[]>();
  for (const file of listFiles(source)) {
    const targets = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)(?! type)[^;]*?from '(\.[^']+)'/gm)];
    graph.set(
      relative(source, file),
      targets.map((match) => relative(source, resolve(dirname(file), match[1] ?? ''))),
    );
  }
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) {
      cycles.push([...path.slice(path.indexOf(node)), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return cycles;
}

describe('structure/imports', () => {
  const imports = collectImports();

  it('finds the source', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  it('places every folder in a step', () => {
    const unknown = [...new Set(imports.map(({ from }) => from.split('/')[0] ?? ''))].filter((top) => stepOf(top) < 0);
    expect(unknown).toEqual([]);
  });

  it('imports only from earlier steps', () => {
    const upward = imports.filter((item) => crossesFolders(item) && stepOf(item.to) >= stepOf(item.from));
    expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('has no circular imports', () => {
    expect(findCycles()).toEqual([]);
  });

  it('keeps pure folders free of effects', () => {
    const impure = imports.filter(({ from, to }) => isPure(from) && effectModules.test(to));
    expect(impure.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('starts programs in core/exec and core/reaper only', () => {
    const starters = imports.filter(({ to }) => /^(node:child_process|execa)$/.test(to)).map(({ from }) => from);
    expect([...new Set(starters)].sort()).toEqual(['core/exec.ts', 'core/reaper.ts']);
  });
});
