import { join } from 'node:path';
import { cellId, type ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import { writeFileAtomic } from '../../core/files.ts';
import { readBaseTemplates } from '../../lab/base/templates.ts';
import { bundleFolders } from '../../mirror/bundle/bundle-folders.ts';
import type { BundleFile } from '../../mirror/bundle/write-bundle.ts';
import { type ArchiveFile, collectDebianArchive } from '../../mirror/packages/debian-archive.ts';
import { parseSourceLine } from '../../mirror/packages/release-file.ts';
import { listGuestPackages } from '../../render/guest-packages.ts';
import { planBootstrap } from '../image-build/identities.ts';
import type { BundleRequest, Collected, PartContext } from './request.ts';

type PackageContent = NonNullable<Collected['content']['packages']>;

/**
 * For images made of packages the packages themselves, in the archive's own layout with its signatures. For others a list of
 * names: their vendors' archives are not ours to copy.
 */
export async function collectPackages(request: BundleRequest, context: PartContext): Promise<Collected> {
  const files = new Map<string, BundleFile>();
  const content: PackageContent = [];
  for (const spec of request.cells) {
    if (spec.source.kind !== 'bootstrap') {
      const list = await writeList(spec, context);
      files.set(list.path, list);
      continue;
    }
    const archive = await collectSuite(spec, context);
    for (const file of archive.files) files.set(file.path, file);
    content.push(...archive.content);
  }
  const named = new Map(content.map((item) => [`${item.url} ${item.suites.join(' ')}`, item]));
  return { files: [...files.values()], content: { packages: [...named.values()] } };
}

async function collectSuite(spec: ImageSpec, context: PartContext) {
  const plan = planBootstrap(spec, await readBaseTemplates());
  if (plan === undefined) throw new FactoryError('internal', `${spec.name} is not made of packages`);
  const secure = plan.sources.map(parseSourceLine).find(({ url }) => !url.startsWith('http:'));
  if (secure !== undefined) {
    const message = `the packages of '${spec.name}' come from ${secure.url}; accepted in a bundle: an http:// mirror`;
    const hint = 'Packages are signed; a bundle is served as a proxy, which cannot stand in for an https:// address.';
    throw new FactoryError('input.invalid', message, { hint });
  }
  const archive = await collectDebianArchive(
    { sources: plan.sources, arch: plan.spec.arch, packages: [...plan.packages, ...listGuestPackages(spec)] },
    { ...context, onProgress: context.tell },
  );
  const urls = [...new Set(archive.sources.map(({ url }) => url))];
  const content = urls.map((url) => ({
    url,
    suites: archive.sources.filter((source) => source.url === url).map(({ suite }) => suite),
    packages: archive.files.filter((file) => file.url.startsWith(`${url}/pool/`)).length,
  }));
  return { files: archive.files.map(placeFile), content };
}

/** Below its host's name: `packages/deb.debian.org/debian/pool/…`. */
function placeFile({ url, file }: ArchiveFile): BundleFile {
  return { path: `${bundleFolders.packages}/${url.replace(/^https?:\/\//, '')}`, file };
}

async function writeList(spec: ImageSpec, { workFolder }: PartContext): Promise<BundleFile> {
  const name = `${cellId(spec).replaceAll('/', '-')}.packages.txt`;
  const file = join(workFolder, name);
  const head = `# What a build of ${cellId(spec)} asks its package mirror for, dependencies not counted.\n`;
  await writeFileAtomic(
    file,
    head +
      listGuestPackages(spec)
        .map((line) => `${line}\n`)
        .join(''),
  );
  return { path: `${bundleFolders.packages}/${name}`, file };
}
