import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../core/hash.ts';
import type { StoreEntry } from '../core/store.ts';
import type { ToolsContext } from './context.ts';
import { buildFlags } from './go-flags.ts';
import { findRecipe, type GoRecipe } from './go-recipes.ts';
import { platformName } from './platform.ts';
import type { Platform, ResolvedTool, Tool } from './types.ts';

/** What is noted beside a tool in our folder (`entry.json`); the store adds size and SHA-256 and checks them on use. */
export type StoredTool = {
  name: string;
  version: string;
  /** `linux-amd64` */
  platform: string;
  origin: 'release' | 'deb' | 'go';
  /** The URL, or the Go module as a package URL. */
  source: string;
  binary: string;
  /** Of a build: the `go` it was made with. */
  goVersion?: string;
  seconds: number;
};

export const toolKind = 'tools';

/** Which tool, which version, for which machine. */
export interface ToolRequest {
  tool: Tool;
  version: string;
  platform: Platform;
}

export function binaryOf(tool: Tool): string {
  return tool.binary ?? tool.name;
}

/** Name of the entry of an official release. */
export function releaseKey({ tool, version, platform }: ToolRequest): string {
  return `${tool.name}-${version}-${platformName(platform)}-release`;
}

/** Name of the entry of an unpacked package; undefined when no package of that version is known. */
export function findDebKey({ tool, version, platform }: ToolRequest): string | undefined {
  if (tool.deb === undefined || version !== tool.pinned) return undefined;
  const digest = sha256(canonicalJson({ sha256: tool.deb.sha256, files: [...tool.deb.files] }));
  return `${tool.name}-${version}-${platformName(platform)}-${digest.slice(0, 16)}`;
}

/**
 * Name of the entry of our own build: everything of ours that decides what is compiled. The Go version is noted and not part of it,
 * so that a built tool stays usable when Go is updated or removed.
 */
export async function goKey(
  { tool, version, platform }: ToolRequest,
  recipe: GoRecipe,
  goFolder: string,
): Promise<string> {
  const folder = join(goFolder, recipe.folder);
  const files: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    if (/\.(go|mod|sum)$/.test(name)) files[name] = sha256(await readFile(join(folder, name)));
  }
  const digest = sha256(canonicalJson({ files, flags: buildFlags(recipe, platform) }));
  return `${tool.name}-${version}-${platformName(platform)}-${digest.slice(0, 16)}`;
}

/** The tool as it is in our folder, whole and unchanged; undefined when it has to be made. */
export async function findStored(
  request: ToolRequest,
  context: ToolsContext,
): Promise<StoreEntry<StoredTool> | undefined> {
  for (const key of await storedKeys(request, context)) {
    const entry = await context.store.find<StoredTool>(toolKind, key, context);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

async function storedKeys(request: ToolRequest, context: ToolsContext): Promise<string[]> {
  const recipe = findRecipe(request.tool.name, request.version);
  const keys: string[] = [];
  const debKey = findDebKey(request);
  if (debKey !== undefined) keys.push(debKey);
  if (context.source !== 'go' && request.tool.sources.includes('release')) keys.push(releaseKey(request));
  if (context.source !== 'release' && recipe !== undefined) keys.push(await goKey(request, recipe, context.goFolder));
  return keys;
}

export function resolveStored(entry: StoreEntry<StoredTool>): ResolvedTool {
  const { name, version, origin, binary } = entry.meta;
  return { name, version, origin, path: join(entry.folder, binary) };
}
