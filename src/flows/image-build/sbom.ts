import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { renderSpdx, type SbomComponent } from '../../formats/spdx.ts';
import type { InventoryComponent } from '../../mirror/components.ts';

const Package = z.object({ type: z.enum(['deb', 'rpm']), name: z.string(), version: z.string(), arch: z.string() });
const Program = z.object({ name: z.string(), path: z.string(), version: z.string(), sha256: z.string() });

const Image = z.object({ reference: z.string(), digest: z.string() });

/** What the guest says it consists of (templates/guest/list-contents.sh). */
const GuestContents = z.object({
  os: z.string(),
  kernel: z.string(),
  packages: z.array(Package),
  programs: z.array(Program),
  /** Container images that a profile brought; a layer of an older hnf says nothing of them. */
  images: z.array(Image).default([]),
});
export type GuestContents = z.infer<typeof GuestContents>;

export const contentsName = 'contents.json';

export async function readContents(folder: string): Promise<GuestContents> {
  return GuestContents.parse(JSON.parse(await readFile(join(folder, contentsName), 'utf8')));
}

export interface SbomFacts {
  image: string;
  version: string;
  identity: string;
  created: string;
  toolVersion: string;
}

/** An SPDX document of everything in the image. `mirror`: where the programs came from, if they came from our mirror. Pure. */
export function buildSbom(facts: SbomFacts, contents: GuestContents, mirror: readonly InventoryComponent[]): string {
  const distribution = contents.os.split(' ')[0] ?? 'linux';
  const packages = contents.packages.map((item): SbomComponent => {
    const { type, name, version, arch } = item;
    return {
      name,
      version,
      purl: `pkg:${type}/${distribution}/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`,
    };
  });
  const programs = contents.programs.map((program) => describeProgram(program, mirror));
  const images = contents.images.map(describeImage);
  return renderSpdx({ ...facts, components: [...packages, ...programs, ...images] });
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md */
function describeImage({ reference, digest }: GuestContents['images'][number]): SbomComponent {
  const [, repository = reference, tag] = /^([^@]+?)(?::([^:/@]+))?(?:@.*)?$/.exec(reference) ?? [];
  const name = repository.split('/').at(-1) ?? repository;
  const qualifiers = [`repository_url=${repository}`, ...(tag === undefined ? [] : [`tag=${tag}`])].join('&');
  const purl = `pkg:oci/${encodeURIComponent(name)}@${encodeURIComponent(digest)}?${qualifiers}`;
  return { name: repository, version: tag ?? digest, purl };
}

function describeProgram(
  program: GuestContents['programs'][number],
  mirror: readonly InventoryComponent[],
): SbomComponent {
  const { name, version, sha256 } = program;
  const known = mirror.find((item) => item.sha256 === sha256);
  if (known === undefined)
    return { name, version, sha256, purl: `pkg:generic/${encodeURIComponent(name)}?checksum=sha256:${sha256}` };
  const purl = known.source.startsWith('pkg:')
    ? known.source
    : `pkg:generic/${encodeURIComponent(name)}@${known.version}?download_url=${encodeURIComponent(known.source)}`;
  return { name, version: known.version, sha256, purl, licence: known.licence };
}
