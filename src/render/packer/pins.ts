import { toolNamed } from '../../tools/table.ts';

/** Exact: `packer init` takes the newest version a looser constraint allows and keeps no lock file. */
export const packerPins = {
  /** First release with today's plugin folders and checksums. */
  packer: '>= 1.11.0',
  qemu: { source: 'github.com/hashicorp/qemu', version: `= ${toolNamed('packer-plugin-qemu').pinned}` },
} as const;

/** The account of the build; it exists until the build machine powers off. */
export const buildUser = 'hnf-build';
