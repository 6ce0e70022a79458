import { join } from 'node:path';
import type { Arch } from '../catalog/image-spec.ts';
import { FactoryError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { ToolsContext } from '../tools/context.ts';
import { goPackageUrl } from '../tools/go-build.ts';
import { type GoRecipe, goRecipes } from '../tools/go-recipes.ts';
import { provideStored } from '../tools/provide.ts';
import { pinnedVersions, toolNamed } from '../tools/table.ts';
import type { ArtifactBuilder, BuiltArtifact } from './builder.ts';
import { type ArtifactName, compareVersions } from './inventory.ts';

/** Artifacts out of src/tools: in its folder already, or built now from the Go module proxy. */
export function createGoBuilder(tools: ToolsContext): ArtifactBuilder {
  return {
    versionFor: (name, kubernetes) => (isKubernetes(name) ? kubernetes : pinnedVersions()[name]),
    sourceOf: (name, version) => goPackageUrl(recipeFor(name, version)),
    build(name, version, arch, tell) {
      const emit: Emit = ({ subject, status, detail }) => {
        if (status === 'progress') tell(`${subject}: ${detail ?? ''}`);
      };
      return build(name, version, arch, { ...tools, emit });
    },
  };
}

/** kubelet and kubectl come out of one tree and always have its version. */
function isKubernetes(name: ArtifactName): boolean {
  return name === 'kubelet' || name === 'kubectl';
}

async function build(name: ArtifactName, version: string, arch: Arch, tools: ToolsContext): Promise<BuiltArtifact> {
  const entry = await provideStored({ tool: toolNamed(name), version, platform: { os: 'linux', arch } }, tools);
  const { binary, origin, source } = entry.meta;
  return { file: join(entry.folder, binary), origin: origin === 'release' ? 'aws' : 'go', source };
}

/** @throws FactoryError `input.invalid` naming the versions whose module checksums hnf carries. */
function recipeFor(name: ArtifactName, version: string): GoRecipe {
  const recipes = goRecipes.filter((recipe) => recipe.tool === name);
  const recipe = recipes.find((candidate) => candidate.version === version);
  if (recipe !== undefined) return recipe;
  const known = recipes.map((candidate) => candidate.version).toSorted(compareVersions);
  throw new FactoryError(
    'input.invalid',
    `${name} '${version}' cannot be built here; accepted are ${known.join(', ')}`,
    {
      hint: 'Any version that AWS publishes is collected where hybrid-assets.eks.amazonaws.com can be reached.',
    },
  );
}
