import { join } from 'node:path';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import type { RenderedFile } from '../../src/core/rendered-file.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../src/render/packer/folder.ts';
import { hasPackerBase, renderQemuLayer } from '../../src/render/packer/qemu.ts';
import { renderProfile } from '../../src/render/profile/render-profile.ts';
import { renderSeed } from '../../src/render/seed.ts';
import { builtinCells, cellFolder, findCell } from './cells.ts';
import { sampleSpec } from './profile/sample.ts';

export const goldenFolder = join(packageRoot(), 'test/golden');

/** The cells whose two layers are kept as well; they are the same template as the folder. */
const layered = [
  'debian12-lab-amd64-bootstrap-qemu-iam-ra',
  'ubuntu24-amd64-iso-qemu-ssm',
  'ubuntu24-amd64-cloud-image-qemu-ssm',
];

/** Cells with file systems beside the root, of which the seed is kept: one per installer and firmware. */
const partitioned = ['ubuntu24-amd64-iso-qemu-ssm', 'rhel8-arm64-iso-qemu-ssm', 'rhel9-amd64-iso-vsphere-iso-ssm'];

const disk: ImageSpec['disk'] = {
  sizeGiB: 60,
  partitions: [
    { mount: '/var', sizeGiB: 10 },
    { mount: '/var/lib/containerd', sizeGiB: 20 },
    { mount: '/var/log', sizeGiB: 5 },
  ],
};

/**
 * What test/golden has to hold: `<cell>/…`, `layers/<cell>/<layer>/…`, `partitions/<cell>/…`, and a profile with everything in it as `profiles/<family>/…`.
 * Files that are copied and not rendered are left out.
 */
export function renderGoldenTree(): RenderedFile[] {
  const templates = loadTemplates(packageRoot());
  const copied = new Set(templates.values());
  const below = (folder: string, files: readonly RenderedFile[]) =>
    files
      .filter(({ content }) => !copied.has(content))
      .map((file): RenderedFile => ({ ...file, path: `${folder}/${file.path}` }));
  const cells = builtinCells.flatMap((spec) => below(cellFolder(spec), renderPackerFolder(spec, templates)));
  const layers = layered
    .map(findCell)
    .flatMap((spec) =>
      (['base', 'node'] as const)
        .filter((layer) => layer === 'node' || hasPackerBase(spec))
        .flatMap((layer) => below(`layers/${cellFolder(spec)}/${layer}`, renderQemuLayer(spec, layer, templates))),
    );
  const profiles = (['debian', 'ubuntu', 'rhel', 'al2023'] as const).flatMap((family) =>
    below(`profiles/${family}`, renderProfile(sampleSpec(family), templates)),
  );
  const seeds = partitioned.flatMap((cell) =>
    below(`partitions/${cell}`, renderSeed({ ...findCell(cell), disk }, templates).files),
  );
  return [...cells, ...layers, ...profiles, ...seeds];
}
