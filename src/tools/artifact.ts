import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import type { ToolsContext } from './context.ts';
import { goRecipes } from './go-recipes.ts';
import { provideStored } from './provide.ts';
import { toolNamed } from './table.ts';
import type { Platform } from './types.ts';

/** A program for the guest. */
export interface ProvidedArtifact {
  path: string;
  /** Lower-case hex. */
  sha256: string;
  bytes: number;
  /** Without `v`. */
  version: string;
  origin: 'release' | 'go';
  /** The URL it was fetched from, or the Go module as a package URL. */
  source: string;
}

/** The versions of an artifact that can be built here, oldest first as in the table. Pure. */
export function artifactVersions(name: string): readonly string[] {
  return goRecipes.filter((recipe) => recipe.tool === name).map((recipe) => recipe.version);
}

/**
 * One program for a Linux guest, built or fetched if it is not in our folder yet.
 * @throws FactoryError `input.invalid` for a version nobody can build, otherwise as provideTool.
 */
export async function provideArtifact(
  name: string,
  version: string,
  arch: Platform['arch'],
  context: ToolsContext,
): Promise<ProvidedArtifact> {
  const tool = toolNamed(name);
  const wanted = version.replace(/^v/, '');
  const known = artifactVersions(name);
  if (!known.includes(wanted) && !tool.sources.includes('release')) {
    throw new FactoryError('input.invalid', `${name} ${wanted} is not available; accepted: ${known.join(', ')}`, {
      hint: 'Choose one of these versions, or a mirror that has the one you want.',
    });
  }
  const entry = await provideStored({ tool, version: wanted, platform: { os: 'linux', arch } }, context);
  const path = join(entry.folder, entry.meta.binary);
  const digest = await context.store.hashes.sha256(path, context.signal);
  const { origin, source } = entry.meta;
  if (origin === 'deb') throw new FactoryError('internal', `${name} is no program for a guest`);
  return { path, sha256: digest, bytes: (await stat(path)).size, version: wanted, origin, source };
}
