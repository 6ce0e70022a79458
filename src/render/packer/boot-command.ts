import type { BuilderKind, Firmware, ImageSpec } from '../../catalog/image-spec.ts';

/** What is typed when an installer's medium starts. */
export interface BootCommand {
  /** From the start of the machine to the first key. */
  waitSeconds: number;
  /** Packer's grammar, one element per step. */
  keys: readonly string[];
  /** For the rendered file: why it is typed like this. */
  reason: string;
}

interface Boot {
  version: string;
  firmware: Firmware;
  builder: BuilderKind;
}

/**
 * The keys for the image's medium; undefined where nothing is installed. They are typed as a US keyboard would, 100 ms
 * apart on QEMU (VNC) and on vSphere (USB scan codes).
 * https://developer.hashicorp.com/packer/integrations/hashicorp/qemu/latest/components/builder/qemu#boot-configuration
 */
export function findBootCommand(spec: ImageSpec): BootCommand | undefined {
  const own = findOwnCommand(spec);
  const { waitSeconds, keys } = spec.build.boot ?? {};
  if (own === undefined) return undefined;
  const typed = keys === undefined ? own : { keys, reason: 'as images.config.ts says (build.bootCommand)' };
  return { ...typed, waitSeconds: waitSeconds ?? own.waitSeconds };
}

function findOwnCommand(spec: ImageSpec): BootCommand | undefined {
  if (spec.source.kind !== 'iso') return undefined;
  const boot: Boot = {
    version: spec.os.version,
    firmware: spec.arch === 'arm64' ? 'uefi' : spec.build.firmware,
    builder: spec.builder,
  };
  switch (spec.os.family) {
    case 'ubuntu':
      return ubuntuCommand(boot);
    case 'rhel':
      return rhelCommand(boot);
    case 'debian':
      return debianCommand(boot);
    case 'al2023':
      return undefined;
  }
}

/**
 * vSphere's virtual machines are through their firmware sooner than a QEMU that may be emulated. UEFI takes longer than a BIOS; Ubuntu's
 * menu waits 30 seconds and RHEL's 60, so there is room on both sides.
 */
function waitSeconds({ builder, firmware }: Boot, bios: number): number {
  const start = builder === 'vsphere-iso' ? 5 : bios;
  return firmware === 'uefi' ? start + 5 : start;
}

/**
 * `autoinstall` is the one word without which subiquity asks; it stands before `---`, because curtin copies what stands
 * behind into the installed system. There is no `ds=`: the CD is found by its label, and no `;` has to be quoted.
 */
function ubuntuCommand(boot: Boot): BootCommand {
  if (boot.version === '20.04' && boot.firmware === 'bios') {
    return {
      // Any key during the splash opens the menu; a few seconds later it would start by itself.
      waitSeconds: 3,
      keys: [
        '<enter><wait><enter><wait>',
        '<f6><wait><esc><wait>',
        '<bs><bs><bs><bs><wait>',
        ' autoinstall ---<wait>',
        '<enter>',
      ],
      reason:
        "isolinux with a menu of languages: F6 shows the kernel's line, whose last word is --- and is typed again behind autoinstall",
    };
  }
  return {
    waitSeconds: waitSeconds(boot, 10),
    keys: [
      'c<wait2>',
      'linux /casper/vmlinuz autoinstall ---<enter><wait5>',
      'initrd /casper/initrd<enter><wait5>',
      'boot<enter>',
    ],
    reason: "GRUB's own command line: does not depend on how many entries the menu has; autoinstall before ---",
  };
}

/**
 * The answers are on a CD that Anaconda looks for by itself (label OEMDRV). The first entry is "Install", the default one
 * checks the medium first: if the keys are lost, the build is slower and not broken.
 */
function rhelCommand(boot: Boot): BootCommand {
  return {
    waitSeconds: waitSeconds(boot, 10),
    keys: ['<up><wait><enter>'],
    reason: 'the entry above the default one installs without checking the medium first; isolinux and GRUB alike',
  };
}

/** The netboot installer has no driver for CDs until it has a network, so its answers come by URL, from loopback. */
function debianCommand(boot: Boot): BootCommand {
  const url = 'url=http://{{ .HTTPIP }}:{{ .HTTPPort }}/preseed.cfg';
  const console = 'DEBIAN_FRONTEND=text console=tty0 console=ttyS0,115200';
  if (boot.firmware === 'bios') {
    return {
      waitSeconds: waitSeconds(boot, 10),
      keys: ['<esc><wait3>', `auto ${url} ${console}<enter>`],
      reason: 'escape leaves the menu of isolinux for its prompt; auto asks for the answers before anything else',
    };
  }
  return {
    waitSeconds: waitSeconds(boot, 10),
    keys: [
      'c<wait2>',
      `linux /linux auto=true priority=critical ${url} DEBIAN_FRONTEND=text --- console=tty0 console=ttyS0,115200<enter><wait5>`,
      'initrd /initrd.gz<enter><wait10>',
      'boot<enter>',
    ],
    reason: "GRUB's own command line; what stands behind --- is for the installed system as well",
  };
}
