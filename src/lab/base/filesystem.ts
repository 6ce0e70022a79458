import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseContext } from './context.ts';
import { sectorBytes } from './layout.ts';
import { runInside } from './namespace.ts';
import { type BasePlan, sourceDateEpoch } from './plan.ts';

/**
 * Named one by one: newer mke2fs turns on features by default that GRUB 2.06 (metadata_csum_seed) or Debian 11's e2fsck (orphan_file)
 * do not know.
 */
const features = [
  ...['none', 'has_journal', 'ext_attr', 'resize_inode', 'dir_index', 'filetype', 'extent', '64bit', 'flex_bg'],
  ...['sparse_super', 'large_file', 'huge_file', 'dir_nlink', 'extra_isize', 'metadata_csum'],
];

/** Read instead of this machine's: every setting that counts is on the command line. */
const mke2fsConfig = '[fs_types]\n\text4 = {\n\t\tinode_size = 256\n\t}\n';

/** Turns the installed tree into `inside/out/root.ext4`; the boot loader's parts are then beside it. No mount, no loop device. */
export async function makeRootFilesystem(
  plan: BasePlan,
  context: BaseContext,
  where: { input: string; inside: string },
): Promise<void> {
  const config = join(where.input, 'mke2fs.conf');
  await writeFile(config, mke2fsConfig);
  await chmod(config, 0o644);
  const { rootFilesystem, hashSeed } = plan.ids;
  const sizeKiB = (plan.layout.root.sectors * sectorBytes) / 1024;
  const epoch = String(sourceDateEpoch);
  // Inode tables are written now, into holes: left for later the guest's kernel would write them, into every overlay.
  const extended = `root_owner=0:0,hash_seed=${hashSeed},lazy_itable_init=0,lazy_journal_init=0,nodiscard`;
  const options = ['-b', '4096', '-I', '256', '-i', '16384', '-J', 'size=64', '-m', '1', '-L', 'root'];
  await runInside(
    context,
    [
      ...[join(where.input, 'filesystem.sh'), where.inside, join(where.input, 'customize.sh'), epoch, String(sizeKiB)],
      ...[...options, '-O', features.join(','), '-U', rootFilesystem, '-E', extended],
    ],
    { timeoutMs: 15 * 60_000, env: { MKE2FS_CONFIG: config, E2FSPROGS_FAKE_TIME: epoch, SOURCE_DATE_EPOCH: epoch } },
  );
}
