import { FactoryError } from '../core/errors.ts';
import type { GoRecipe } from './go-recipes.ts';
import type { Platform } from './types.ts';

/** Arguments and environment that decide what comes out of a build. */
export type GoFlags = {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
};

/**
 * Pure. Every setting a user's own Go configuration could bend is given: same sources and same Go, same bytes.
 * `GOSUMDB=off`: the committed go.sum is complete and is the pin, `-mod=readonly` refuses what is not in it, and the checksum database
 * has no entry for three of the modules (facts/lab.md), so asking it would fail.
 */
export function buildFlags(recipe: GoRecipe, platform: Platform): GoFlags {
  const linker = ['-s', '-w', ...Object.entries(recipe.variables).map(([name, value]) => `-X ${name}=${value}`)];
  const tags: string[] = [];
  if (recipe.cgo) {
    linker.push('-linkmode=external', '-extldflags=-static');
    tags.push('netgo', 'osusergo');
  }
  return {
    args: ['-trimpath', ...(tags.length > 0 ? [`-tags=${tags.join(',')}`] : []), `-ldflags=${linker.join(' ')}`],
    env: {
      CGO_ENABLED: recipe.cgo ? '1' : '0',
      GOOS: platform.os,
      GOARCH: platform.arch,
      GOAMD64: 'v1',
      GOARM64: 'v8.0',
      GOFLAGS: '-mod=readonly -buildvcs=false',
      GOWORK: 'off',
      GOSUMDB: 'off',
      GOEXPERIMENT: '',
      GO111MODULE: 'on',
    },
  };
}

/** The C compiler of a cgo build for another processor, as Debian names it. */
export function crossCompiler(platform: Platform, host: Platform): { command: string; packages: readonly string[] } {
  if (platform.arch === host.arch) return { command: 'gcc', packages: ['gcc', 'libc6-dev'] };
  const cpu = { amd64: 'x86_64', arm64: 'aarch64' }[platform.arch];
  const debian = { amd64: 'x86-64', arm64: 'aarch64' }[platform.arch];
  return {
    command: `${cpu}-linux-gnu-gcc`,
    packages: [`gcc-${debian}-linux-gnu`, `libc6-dev-${platform.arch}-cross`],
  };
}

/** The `go` line of a go.mod: the oldest Go that compiles it. @throws FactoryError `internal` without one. */
export function goVersionNeeded(goMod: string): string {
  const version = /^go (\d+(?:\.\d+)+)$/m.exec(goMod)?.[1];
  if (version === undefined) throw new FactoryError('internal', 'a go.mod of tools/go has no `go` line');
  return version;
}
