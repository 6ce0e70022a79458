import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/core/package-root.ts';

const script = readFileSync(join(packageRoot(), 'templates/verify/check.sh'), 'utf8');

function functionOf(name: string): string {
  const [found = ''] = new RegExp(`^${name}\\(\\) \\{\\n[\\s\\S]*?\\n\\}\\n`, 'm').exec(script) ?? [];
  return found;
}

/** Runs mount_below on an image with this fstab; what needs devices is a stand-in: `sdaN` has the UUID `uuid-N`. */
function mountBelow(fstab: string): { fileSystems: string; mounts: string } {
  const work = mkdtempSync(join(tmpdir(), 'hnf-verify-'));
  const bin = join(work, 'bin');
  for (const folder of ['bin', 'parts/sda2', 'parts/sda3/etc', 'parts/sda4', 'parts/sda5']) {
    mkdirSync(join(work, folder), { recursive: true });
  }
  const program = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('blkid', 'for word in "$@"; do device=$word; done\necho "uuid-${device#/dev/sda}"');
  program('blockdev', 'echo "${2#/dev/sda}000"');
  program('mount', `echo "$*" >>'${work}/mounts'`);
  writeFileSync(join(work, 'parts.txt'), 'sda2 vfat mounted\nsda3 ext4 root\nsda4 ext4 mounted\nsda5 xfs mounted\n');
  writeFileSync(join(work, 'parts/sda3/etc/fstab'), fstab);
  const run = spawnSync('/bin/sh', ['-euc', `${functionOf('mount_below')}\nmount_below`], {
    env: { PATH: `${bin}:${process.env['PATH']}`, WORK: work, P: `${work}/parts/sda3` },
    encoding: 'utf8',
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const read = (name: string) => (existsSync(join(work, name)) ? readFileSync(join(work, name), 'utf8') : '');
  return { fileSystems: read('file-systems.txt'), mounts: read('mounts').replaceAll(`${work}/parts/`, '') };
}

describe.skipIf(!existsSync('/bin/sh'))('lab/verify check.sh', () => {
  it('mounts what the image mounts below its root, outer file systems first', () => {
    const fstab = [
      '# /etc/fstab: static file system information.',
      '/dev/disk/by-uuid/uuid-3 / ext4 defaults 0 1',
      '/dev/disk/by-uuid/uuid-4 /var/log ext4 defaults 0 1',
      'UUID="uuid-5"\t/var\txfs\tdefaults\t0 0',
      'UUID=uuid-2 /boot/efi vfat umask=0077 0 1',
      'UUID=uuid-9 /srv ext4 defaults 0 1',
      'tmpfs /tmp tmpfs defaults 0 0',
      '/swapfile none swap sw 0 0',
      '',
    ].join('\n');
    expect(mountBelow(fstab)).toEqual({
      fileSystems: '/var xfs 5000 /dev/sda5\n/var/log ext4 4000 /dev/sda4\n',
      mounts: '--bind sda5 sda3/var\n--bind sda4 sda3/var/log\n',
    });
  });

  it.each(['', 'UUID=uuid-3 / ext4 defaults 0 1\nLABEL=ESP /boot/efi vfat defaults 0 0\n'])(
    'mounts nothing where there is nothing (%j)',
    (fstab) => expect(mountBelow(fstab)).toEqual({ fileSystems: '', mounts: '' }),
  );
});
