import { describe, expect, it } from 'vitest';
import { buildQemuArgs, escapeComma } from '../../../src/lab/qemu/args.ts';
import { hardware } from '../../../src/lab/qemu/hardware.ts';
import type { VmDisk, VmSpec } from '../../../src/lab/qemu/vm-spec.ts';

const plain: VmSpec = {
  name: 'vm',
  accelerator: 'tcg',
  cpus: 2,
  memoryMiB: 1536,
  firmware: { kind: 'bios' },
  disks: [],
  nics: [],
  runDir: '/tmp/vm',
  lifetimeMs: 1000,
};

/** The values given to one option, in order. */
function valuesOf(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []));
}

function withDisk(disk: Partial<VmDisk>): string[] {
  return buildQemuArgs({
    ...plain,
    disks: [{ id: 'root', file: '/d.qcow2', format: 'qcow2', interface: 'virtio', ...disk }],
  });
}

describe('lab/qemu/args', () => {
  it('starts from an empty q35 without display, defaults and reboot', () => {
    const args = buildQemuArgs(plain);
    expect(args).toEqual(expect.arrayContaining(['-nodefaults', '-no-user-config', '-no-reboot']));
    expect(valuesOf(args, '-display')).toEqual(['none']);
    expect(valuesOf(args, '-machine')).toEqual(['q35,graphics=off']);
    expect(valuesOf(args, '-smp')).toEqual(['2']);
    expect(valuesOf(args, '-m')).toEqual(['1536']);
    expect(valuesOf(args, '-chardev')).toEqual([
      'file,id=serial0,path=/tmp/vm/serial.log',
      'socket,id=qmp0,path=/tmp/vm/qmp,server=on,wait=off',
    ]);
  });

  it.each([
    ['tcg', 'tcg,thread=multi', /^max/],
    ['kvm', 'kvm', /^host$/],
    ['hvf', 'hvf', /^host$/],
  ] as const)('takes the best CPU model of %s', (accelerator, accel, cpu) => {
    const args = buildQemuArgs({ ...plain, accelerator });
    expect(valuesOf(args, '-accel')).toEqual([accel]);
    expect(valuesOf(args, '-cpu')[0]).toMatch(cpu);
  });

  it('gives UEFI its code read-only and its own copy of the variables', () => {
    const firmware = { kind: 'uefi', code: '/fw/CODE_4M.fd', varsTemplate: '/fw/VARS_4M.fd' } as const;
    const drives = valuesOf(buildQemuArgs({ ...plain, firmware }), '-drive');
    expect(drives).toEqual([
      'if=pflash,unit=0,format=raw,readonly=on,file=/fw/CODE_4M.fd',
      'if=pflash,unit=1,format=raw,file=/tmp/vm/efivars.fd',
    ]);
    expect(valuesOf(buildQemuArgs(plain), '-drive')).toEqual([]);
  });

  it.each([
    ['virtio', ['virtio-blk-pci,drive=root']],
    ['virtio-scsi', ['virtio-scsi-pci,id=bus0', 'scsi-hd,bus=bus0.0,drive=root']],
    ['pvscsi', ['pvscsi,id=bus0', 'scsi-hd,bus=bus0.0,drive=root']],
    ['sata', ['ide-hd,bus=ide.0,drive=root']],
  ] as const)('attaches a disk by %s', (kind, devices) => {
    expect(valuesOf(withDisk({ interface: kind }), '-device')).toEqual(expect.arrayContaining([...devices]));
  });

  it('states the format of a path, and none for a json: node', () => {
    expect(valuesOf(withDisk({}), '-drive')).toEqual([
      'if=none,id=root,file=/d.qcow2,format=qcow2,cache=unsafe,discard=unmap',
    ]);
    const node = 'json:{"driver":"vmdk","file":{"driver":"file","filename":"/a.vmdk"}}';
    expect(valuesOf(withDisk({ file: node, format: undefined, readOnly: true }), '-drive')).toEqual([
      `if=none,id=root,file=${node.replaceAll(',', ',,')},readonly=on`,
    ]);
  });

  it('can leave a disk as it is, and number the boot order', () => {
    const args = withDisk({ snapshot: true, bootIndex: 3, serial: 'a,b' });
    expect(valuesOf(args, '-drive')[0]).toContain('snapshot=on');
    expect(valuesOf(args, '-device')).toContain('virtio-blk-pci,drive=root,bootindex=3,serial=a,,b');
  });

  it('doubles commas in every path', () => {
    const args = buildQemuArgs({
      ...plain,
      runDir: '/tmp/a,b',
      cdroms: ['/x,y.iso'],
      reportPort: true,
      fwCfg: [{ name: 'opt/guestinfo.metadata', file: '/s,t' }],
      smbios: { manufacturer: 'VMware, Inc.' },
    });
    expect(escapeComma('a,b,,')).toBe('a,,b,,,,');
    expect(args.join('\n')).not.toMatch(/a,b|x,y|s,t|VMware, Inc/);
    expect(valuesOf(args, '-fw_cfg')).toEqual(['name=opt/guestinfo.metadata,file=/s,,t']);
    expect(valuesOf(args, '-smbios')).toEqual(['type=1,manufacturer=VMware,, Inc.']);
    expect(valuesOf(args, '-serial')).toEqual(['chardev:serial0', 'chardev:serial1']);
  });

  it('forwards ports on loopback only and can cut the guest off', () => {
    const nic = {
      id: 'n',
      model: 'vmxnet3',
      network: 'isolated',
      forwards: [{ hostPort: 2222, guestPort: 22 }],
    } as const;
    const args = buildQemuArgs({ ...plain, nics: [nic] });
    expect(valuesOf(args, '-netdev')).toEqual(['user,id=n,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:2222-:22']);
    expect(valuesOf(args, '-device')).toContain('vmxnet3,netdev=n,romfile=');
    const open = buildQemuArgs({
      ...plain,
      nics: [{ id: 'n', model: 'e1000', network: 'open', mac: '52:54:00:00:00:01' }],
    });
    expect(valuesOf(open, '-netdev')).toEqual(['user,id=n,restrict=off,ipv6=off']);
    expect(valuesOf(open, '-device')).toContain('e1000,netdev=n,romfile=,mac=52:54:00:00:00:01');
  });

  it('has a controller for disks that come later, on demand', () => {
    expect(valuesOf(buildQemuArgs({ ...plain, hotplugBus: true }), '-device')).toContain('virtio-scsi-pci,id=hotplug');
    expect(buildQemuArgs({ ...plain, hotplugBus: false }).join(' ')).not.toContain('hotplug');
  });

  it('boots a kernel directly', () => {
    const args = buildQemuArgs({ ...plain, direct: { kernel: '/k', initrd: '/i', append: 'root=/dev/vda quiet' } });
    expect(args.slice(-6)).toEqual(['-kernel', '/k', '-initrd', '/i', '-append', 'root=/dev/vda quiet']);
  });

  it('knows VMware and virtio hardware', () => {
    expect(hardware.vmware).toMatchObject({ disk: 'pvscsi', nic: 'vmxnet3', diskDriver: 'vmw_pvscsi' });
    expect(hardware.virtio).toMatchObject({ disk: 'virtio', nic: 'virtio', nicDriver: 'virtio_net' });
  });
});
