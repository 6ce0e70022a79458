import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { parseKickstart } from '../../../src/render/kickstart/parse.ts';
import { kickstartOf, partitions, rhelSpec, rhelSpecs } from './rhel-specs.ts';

function scriptOf(text: string, name: string): string {
  const section = parseKickstart(text).sections.find((candidate) => candidate.name === name);
  if (section === undefined) throw new Error(`there is no ${name}`);
  return `${section.body.join('\n')}\n`;
}

/** Runs %pre with the disks that lsblk would list; what would change a disk is a stand-in that writes its words down. */
function runPre(
  arch: 'amd64' | 'arm64',
  lsblk: string,
  disk: ImageSpec['disk'] = { sizeGiB: 20 },
): { code: number | null; included: string; parted: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hnf-pre-'));
  writeFileSync(join(folder, 'lsblk'), `#!/bin/sh\ncat <<'EOF'\n${lsblk}EOF\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'parted'), `#!/bin/sh\necho "$*" >'${folder}/parted.log'\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'udevadm'), '#!/bin/sh\n', { mode: 0o755 });
  const script = scriptOf(kickstartOf(rhelSpec('9', { arch, disk })), '%pre').replaceAll(
    '/tmp/hnf-disk.ks',
    `${folder}/disk.ks`,
  );
  const run = spawnSync('/bin/sh', ['-c', script], {
    env: { PATH: `${folder}:${process.env['PATH']}` },
    encoding: 'utf8',
  });
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
  return { code: run.status, included: read('disk.ks'), parted: read('parted.log') };
}

describe.skipIf(!existsSync('/bin/sh'))('render/kickstart scripts', () => {
  it.each(Object.entries(rhelSpecs))('%s has scripts a POSIX shell can read', (_, spec) => {
    for (const name of ['%pre', '%post', '%onerror']) {
      const run = spawnSync('/bin/sh', ['-n'], { input: scriptOf(kickstartOf(spec), name), encoding: 'utf8' });
      expect([name, run.status, run.stderr]).toEqual([name, 0, '']);
    }
  });

  it.each([
    ['virtio', 'sr0 rom 0 1\nvda disk 0 0\n', 'vda', 'vda'],
    ['PVSCSI and two CDs', 'sda disk 0 0\nsr0 rom 0 1\nsr1 rom 0 1\nloop0 loop 1 0\n', 'sda', 'sda'],
    ['NVMe, zram and a floppy', 'fd0 disk 0 1\nnvme0n1 disk 0 0\nzram0 disk 0 0\n', 'nvme0n1', 'nvme0n1p'],
  ])('finds the disk on %s', (_, lsblk, disk, stem) => {
    const { code, included, parted } = runPre('amd64', lsblk);
    expect(code).toBe(0);
    expect(parted).toMatch(new RegExp(`^-s -a optimal /dev/${disk} -- mklabel gpt mkpart biosboot .* 100%$`, 'm'));
    const lines = included.replaceAll('"', '').trim().split('\n');
    expect(lines[0]).toBe(`ignoredisk --only-use=${disk}`);
    expect(lines.slice(1).map((line) => line.replace(/efi$|vfat$/, ''))).toEqual([
      `part biosboot --fstype=biosboot --onpart=${stem}1`,
      expect.stringMatching(new RegExp(`^part /boot/efi --fstype=(efi|vfat) --onpart=${stem}2$`)),
      `part /boot --fstype=xfs --onpart=${stem}3`,
      `part / --fstype=xfs --onpart=${stem}4`,
    ]);
  });

  it('makes three partitions where there is no BIOS', () => {
    const { included, parted } = runPre('arm64', 'vda disk 0 0\n');
    expect(parted).not.toContain('bios_grub');
    expect(included.replaceAll('"', '')).toMatch(/efi --fstype=efi --onpart=vda1\n.*vda2\npart \/ .*vda3\n$/);
  });

  it('tells the installer where each partition is mounted', () => {
    const { code, included } = runPre('amd64', 'nvme0n1 disk 0 0\n', { sizeGiB: 60, partitions });
    expect(code).toBe(0);
    expect(included.replaceAll(/["']/g, '').trim().split('\n').slice(-5)).toEqual([
      'part /var --fstype=xfs --onpart=nvme0n1p4',
      'part /var/lib/containerd --fstype=xfs --onpart=nvme0n1p5',
      'part /var/log --fstype=xfs --onpart=nvme0n1p6',
      'part /var/log/audit --fstype=xfs --onpart=nvme0n1p7',
      'part / --fstype=xfs --onpart=nvme0n1p8',
    ]);
  });

  it.each([
    ['no disk', 'sr0 rom 0 1\n'],
    ['two disks', 'vda disk 0 0\nvdb disk 0 0\n'],
    ['a read-only disk', 'vda disk 1 0\n'],
    ['a USB stick', 'sda disk 0 1\n'],
  ])('touches nothing with %s', (_, lsblk) => {
    expect(runPre('amd64', lsblk)).toEqual({ code: 1, included: '', parted: '' });
  });
});
