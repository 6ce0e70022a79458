import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createExec } from '../../../src/core/exec.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { needPrograms } from '../../helpers/need-tools.ts';

const exec = createExec();
const script = join(packageRoot(), 'templates/verify/check.sh');

/** Three file systems on loop devices; the last is a root whose fstab has the others below it. Then the script's own functions. */
const scenario = `set -eu
cd "$1"
for name in log var root; do truncate -s 40M $name.raw && mkfs.ext4 -q $name.raw; done
log=$(losetup -f --show log.raw) || exit 77
trap 'losetup -d $log' EXIT
var=$(losetup -f --show var.raw)
trap 'losetup -d $log $var' EXIT
root=$(losetup -f --show root.raw)
trap 'losetup -d $log $var $root' EXIT
uuid() { blkid -p -o value -s UUID "$1"; }
mkdir fill
mount "$root" fill && mkdir -p fill/etc fill/var && touch fill/etc/os-release
printf 'UUID=%s /var/log ext4 defaults 0 1\\n/dev/disk/by-uuid/%s /var ext4 defaults 0 1\\n' "$(uuid "$log")" "$(uuid "$var")" >fill/etc/fstab
umount fill
mount "$var" fill && mkdir fill/log && umount fill
mount "$log" fill && touch fill/left.log && umount fill
WORK=$1/work P=$1/work/none ROOT_PART= ROOT_TYPE=
mkdir -p "$WORK/parts" "$WORK/facts"
for name in fact mount_parts mount_below report_disk; do eval "$(sed -n "/^$name() {/,/^}/p" "$2")"; done
set +e
mount_parts /dev/loop
mount_below
report_disk
cat "$WORK/facts/pristine.file-systems"
echo
grep -c 'state: *clean' "$WORK/facts/pristine.clean"
find "$P/var/log" -xdev -type f | sed "s|^$P||"
# Before the devices go.
umount -R "$P"
umount "$WORK"/parts/* 2>/dev/null
exit 0
`;

describe('integration/lab check.sh', () => {
  it('looks into real file systems below the root, where the image mounts them', async (context) => {
    needPrograms(context, 'losetup', 'mkfs.ext4', 'blkid', 'dumpe2fs', 'unshare');
    if (process.getuid?.() !== 0) context.skip('only root may mount');
    const folder = mkdtempSync(join(tmpdir(), 'hnf-check-'));
    writeFileSync(join(folder, 'scenario.sh'), scenario);
    const args = ['-m', '/bin/sh', join(folder, 'scenario.sh'), folder, script];
    const run = await exec.run('unshare', args, { timeoutMs: 120_000, accept: [0, 77] });
    if (run.exitCode === 77) context.skip('there are no loop devices here');
    expect(run.stdout.trim().split('\n')).toEqual([
      '/var ext4 41943040',
      '/var/log ext4 41943040',
      '3',
      '/var/log/left.log',
    ]);
  });
});
