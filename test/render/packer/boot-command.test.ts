import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import { findBootCommand } from '../../../src/render/packer/boot-command.ts';
import { builtinCells } from '../cells.ts';
import { exampleSpecs } from '../example-specs.ts';

const sample = exampleSpecs.find((spec) => spec.name === 'ubuntu22-iso') as ImageSpec;

function command(
  family: ImageSpec['os']['family'],
  version: string,
  firmware: 'bios' | 'uefi',
  builder: ImageSpec['builder'] = 'qemu',
) {
  const os = { family, version, codename: 'x' };
  const found = findBootCommand({ ...sample, os, builder, build: { ...sample.build, firmware } });
  return { wait: found?.waitSeconds, typed: found?.keys.join('') };
}

/** Everything that is typed on a kernel's line, without Packer's keys. */
function plain(typed: string): string {
  return typed.replace(/<[^>]*>/g, '|');
}

describe('render/packer/boot-command', () => {
  // GRUB since 21.10 on both firmwares; `c` needs no knowledge of the menu. `autoinstall` before `---`: what stands behind it is
  // copied into the installed system. No `ds=`: the label of the CD is enough, and its `;` would end GRUB's command.
  it.each([
    ['22.04', 'bios', 10],
    ['22.04', 'uefi', 15],
    ['24.04', 'bios', 10],
    ['24.04', 'uefi', 15],
    ['20.04', 'uefi', 15],
  ] as const)('Ubuntu %s, %s: GRUB', (version, firmware, wait) => {
    expect(command('ubuntu', version, firmware)).toEqual({
      wait,
      typed:
        'c<wait2>linux /casper/vmlinuz autoinstall ---<enter><wait5>initrd /casper/initrd<enter><wait5>boot<enter>',
    });
  });

  // isolinux with gfxboot: two enters for the menu of languages, F6 and escape for the line, four backspaces for `--- `.
  it('Ubuntu 20.04, BIOS: isolinux', () => {
    expect(command('ubuntu', '20.04', 'bios')).toEqual({
      wait: 3,
      typed: '<enter><wait><enter><wait><f6><wait><esc><wait><bs><bs><bs><bs><wait> autoinstall ---<wait><enter>',
    });
  });

  // "Install" is above the default "Test this media & install"; the kickstart is found by its label (OEMDRV).
  it.each([
    ['8', 'bios', 10],
    ['8', 'uefi', 15],
    ['9', 'bios', 10],
    ['9', 'uefi', 15],
  ] as const)('RHEL %s, %s', (version, firmware, wait) => {
    expect(command('rhel', version, firmware)).toEqual({ wait, typed: '<up><wait><enter>' });
  });

  // isolinux: escape gives its prompt, `auto` is the label of the automated installation.
  it('Debian, BIOS', () => {
    expect(command('debian', '12', 'bios')).toEqual({
      wait: 10,
      typed:
        '<esc><wait3>auto url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg DEBIAN_FRONTEND=text console=tty0 console=ttyS0,115200<enter>',
    });
  });

  it('Debian, UEFI', () => {
    expect(command('debian', '12', 'uefi').typed).toMatch(
      /^c<wait2>linux \/linux auto=true priority=critical url=http:\/\/\S+ .* --- console=\S+ console=\S+<enter>/,
    );
  });

  it.each(['bios', 'uefi'] as const)(
    'waits less on vSphere, longer for UEFI there too, and types the same: %s',
    (firmware) => {
      const wait = firmware === 'uefi' ? 10 : 5;
      for (const [family, version] of [
        ['ubuntu', '22.04'],
        ['ubuntu', '24.04'],
        ['rhel', '8'],
        ['rhel', '9'],
      ] as const) {
        const { typed } = command(family, version, firmware);
        expect(command(family, version, firmware, 'vsphere-iso')).toEqual({ wait, typed });
      }
    },
  );

  it("knows Ubuntu 20.04's two menus apart on vSphere as well", () => {
    expect(command('ubuntu', '20.04', 'bios', 'vsphere-iso')).toEqual(command('ubuntu', '20.04', 'bios'));
    expect(command('ubuntu', '20.04', 'uefi', 'vsphere-iso').typed).toBe(command('ubuntu', '20.04', 'uefi').typed);
  });

  // The machine that is built is the one the template is made of.
  it('types for the firmware the machine has', () => {
    const onVsphere = builtinCells.filter(({ builder }) => builder === 'vsphere-iso');
    expect(onVsphere).toHaveLength(10);
    for (const spec of onVsphere) expect([spec.name, spec.build.firmware]).toEqual([spec.name, 'uefi']);
    for (const spec of onVsphere) expect(spec.hardware.firmware).toBe(spec.build.firmware);
    const focal = onVsphere.find(({ name }) => name === 'ubuntu20') as ImageSpec;
    expect(findBootCommand(focal)?.keys[0]).toBe('c<wait2>');
  });

  it('types only where there is an installer', () => {
    for (const spec of builtinCells) {
      expect([spec.name, findBootCommand(spec) !== undefined]).toEqual([spec.name, spec.source.kind === 'iso']);
    }
  });

  it('types nothing that a boot loader would take apart, and closes every key', () => {
    for (const spec of [...builtinCells, ...exampleSpecs]) {
      const typed = findBootCommand(spec)?.keys.join('') ?? '';
      expect(plain(typed)).not.toMatch(/[<>;"'\\]/);
      if (spec.os.family === 'ubuntu' && typed !== '') expect(plain(typed)).toMatch(/ autoinstall ---\|/);
    }
  });
});
