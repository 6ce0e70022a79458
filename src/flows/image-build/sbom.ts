import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { renderSpdx, type SbomComponent } from '../../formats/spdx.ts';
import type { InventoryComponent } from '../../mirror/components.ts';

const Package = z.object({ type: z.enum(['deb', 'rpm']), name: z.string(), version: z.string(), arch: z.string() });
const Program = z.object({ name: z.string(), path: z.string(), version: z.string(), sha256: z.string() });

/** What the guest says it consists of (templates/guest/list-contents.sh). */
const GuestContents = z.object({
  os: z.string(),
  kernel: z.string(),
  packages: z.array(Package),
  programs: z.array(Program),
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
  return renderSpdx({ ...facts, components: [...packages, ...programs] });
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
