import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import { GiB } from '../core/sizes.ts';
import { checkSpace } from '../core/space.ts';
import { installPackages } from './apt.ts';
import type { ToolsContext } from './context.ts';
import { listOnPath } from './find-on-path.ts';
import { buildFlags, crossCompiler, goVersionNeeded } from './go-flags.ts';
import type { GoRecipe } from './go-recipes.ts';
import { provideGo } from './go-toolchain.ts';
import { packPrograms } from './pack-programs.ts';
import { hostPlatform, platformName } from './platform.ts';
import { binaryOf, type StoredTool, type ToolRequest } from './stored.ts';

/** kubelet, the largest, takes five minutes on two idle cores and has taken over half an hour on two crowded ones. */
const buildTimeoutMs = 2 * 60 * 60_000;

/** Sources, compiled packages and the program of the largest one. */
const neededBytes = 4 * GiB;

/**
 * Builds a program out of the Go module proxy into `folder`.
 * @throws FactoryError `tool.missing` without a Go or C compiler, ExecError with what the compiler said.
 */
export async function buildGoTool(
  request: ToolRequest,
  recipe: GoRecipe,
  folder: string,
  context: ToolsContext,
): Promise<StoredTool> {
  const source = join(context.goFolder, recipe.folder);
  const go = await provideGo(goVersionNeeded(await readFile(join(source, 'go.mod'), 'utf8')), context);
  await checkSpace(context.store.root, neededBytes, `building ${recipe.tool}`);
  const flags = buildFlags(recipe, request.platform);
  const compiler = recipe.cgo ? { CC: await provideCompiler(request, context) } : {};
  const started = context.clock.now();
  const binary = binaryOf(request.tool);
  const output = join(folder, recipe.archive ? 'programs' : binary);
  if (recipe.archive) await mkdir(output);
  // Go does not clear its work folder when it is ended by SIGTERM; in here it goes with ours.
  const work = join(folder, 'work');
  await mkdir(work);
  const parallel = `-p=${availableParallelism()}`;
  await context.exec.run(go.path, ['build', '-v', parallel, ...flags.args, '-o', output, recipe.packages], {
    cwd: source,
    env: { ...flags.env, ...go.env, ...compiler, GOTMPDIR: work },
    timeoutMs: buildTimeoutMs,
    signal: context.signal,
    keepBytes: 256 * 1024,
    onLine: reportPackages(recipe, context),
  });
  await rm(work, { recursive: true });
  if (recipe.archive) {
    await packPrograms(output, join(folder, binary));
    await rm(output, { recursive: true });
  }
  return {
    name: request.tool.name,
    version: request.version,
    platform: platformName(request.platform),
    origin: 'go',
    source: goPackageUrl(recipe),
    binary,
    goVersion: go.version,
    seconds: Math.round((context.clock.now() - started) / 1000),
  };
}

/** Package URL (purl-spec, type golang) of what was built. */
export function goPackageUrl(recipe: GoRecipe): string {
  const inner = recipe.packages.startsWith(`${recipe.module}/`) ? recipe.packages.slice(recipe.module.length + 1) : '';
  return `pkg:golang/${recipe.module}@v${recipe.version}${inner === '' ? '' : `#${inner}`}`;
}

/** `go build -v` names every package it compiles, and every module it fetches; told at most every two seconds. */
function reportPackages(recipe: GoRecipe, context: ToolsContext): (line: string) => void {
  let compiled = 0;
  let toldAt = 0;
  return (line) => {
    if (!line.startsWith('go: ')) compiled += 1;
    const now = context.clock.now();
    if (now - toldAt < 2000) return;
    toldAt = now;
    const detail = compiled === 0 ? 'fetching modules' : `${compiled} packages compiled`;
    context.emit({ operation: 'tools install', subject: recipe.tool, phase: 'build', status: 'progress', detail });
  };
}

/** A C compiler for the target, with the static C library that goes into the program. */
async function provideCompiler({ platform, tool }: ToolRequest, context: ToolsContext): Promise<string> {
  const { command, packages } = crossCompiler(platform, hostPlatform());
  const find = () => listOnPath(command, context.env['PATH'])[0];
  const found = find();
  if (found !== undefined) return found;
  await installPackages(packages, context);
  const installed = find();
  if (installed !== undefined) return installed;
  throw new FactoryError('tool.missing', `building ${tool.name} needs the C compiler '${command}'`, {
    hint: `Install ${packages.join(' ')}.`,
  });
}
