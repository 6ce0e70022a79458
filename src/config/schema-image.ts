import { z } from 'zod';
import { defaults } from './defaults.ts';
import { leastRootGiB, mostPartitionGiB, mountPoints, mountPointsAccepted } from './mount-points.ts';
import { profileSettings } from './schema-profile.ts';
import { PackageName, WrittenSource } from './schema-source.ts';
import { line, text, whole } from './schema-text.ts';
import {
  arches,
  artifactKinds,
  builderKinds,
  containerdSources,
  credentialProviders,
  firmwares,
  osFamilies,
  subscriptionKinds,
} from './values.ts';

const KubernetesVersion = text(
  /^1\.\d{1,3}(\.\d{1,3})?$/,
  "major.minor or a full patch version without v, such as '1.34' or '1.34.2'",
);

export const NodeadmSettings = z
  .strictObject({
    version: text(/^\d+\.\d+\.\d+$/, "a full version without v, such as '1.0.19'")
      .optional()
      .describe(`Version of nodeadm, without v. Default: '${defaults.nodeadm.version}'.`),
    artifacts: z
      .enum(artifactKinds)
      .optional()
      .describe(
        "Where nodeadm, kubelet and the other programs come from: 'aws' (hybrid-assets.eks.amazonaws.com) or 'mirror' (collected or built on this machine and served while the image is built). Default: the image's own, 'mirror' for the lab images.",
      ),
    containerdSource: z
      .enum(containerdSources)
      .optional()
      .describe(
        "Where nodeadm takes containerd from. RHEL has no 'distro', AL2023 no 'docker'. Default: the image's own, 'distro' for Debian.",
      ),
    timeoutMinutes: whole(5, 240)
      .optional()
      .describe(`Deadline of 'nodeadm install', in minutes, 5 to 240. Default: ${defaults.nodeadm.timeoutMinutes}.`),
  })
  .describe('nodeadm, which installs the Kubernetes programs into the image.');

export const BuildMachine = z.strictObject({
  cpus: whole(1, 256)
    .optional()
    .describe(`Virtual processors of the machine the image is built on. Default: ${defaults.build.cpus}.`),
  memoryMiB: whole(1024, 1_048_576)
    .optional()
    .describe(
      `Memory of the machine the image is built on, in MiB, at least 1024. Default: ${defaults.build.memoryMiB}; 4096 for installers.`,
    ),
  firmware: z
    .enum(firmwares)
    .optional()
    .describe(
      `Firmware of the machine the image is built on. Default: '${defaults.build.firmware}'; 'uefi' for arm64, which has no other. On vSphere it is hardware.firmware: the machine that is built becomes the template.`,
    ),
  sshTimeoutMinutes: whole(1, 240)
    .optional()
    .describe(
      `How long the build waits for the guest to answer on SSH, in minutes. Default: ${defaults.build.sshTimeoutMinutes}; 120 for installers.`,
    ),
});

/** Which keys an installer waits for is a matter of one medium, so this is not for all images at once. */
const ImageBuild = BuildMachine.extend({
  bootWaitSeconds: whole(0, 600)
    .optional()
    .describe(
      "Seconds from the start of the machine until keys are typed into the installer's menu. Default: hnf's own, by medium, firmware and builder.",
    ),
  bootCommand: z
    .array(line(1000))
    .min(1)
    .optional()
    .describe(
      "Keys typed into the installer's menu, in Packer's grammar, such as ['c<wait2>', 'linux /casper/vmlinuz autoinstall ---<enter>']: for media of your own. Default: hnf's own, by medium, firmware and builder.",
    ),
});

export const HardwareSettings = z
  .strictObject({
    cpus: whole(1, 256).optional().describe(`Virtual processors the OVA asks for. Default: ${defaults.hardware.cpus}.`),
    memoryMiB: whole(1024, 6_291_456)
      .optional()
      .describe(
        `Memory the OVA asks for, in MiB, at least 1024. Default: ${defaults.hardware.memoryMiB}; 2048 for the lab images.`,
      ),
    firmware: z
      .enum(firmwares)
      .optional()
      .describe(
        `Firmware the OVA asks for, and on vSphere that of the build as well. Default: '${defaults.hardware.firmware}'; 'bios' for AL2023's clone, whose OVA is made for it.`,
      ),
    hardwareVersion: whole(13, 22)
      .optional()
      .describe(
        `Virtual hardware version (vmx-N) of the OVA: 15 runs on ESXi 6.7 U2 and newer, 19 on 7.0 U2, 21 on 8.0 U2. Default: ${defaults.hardware.hardwareVersion}.`,
      ),
    guestOsType: text(
      /^[A-Za-z0-9_]+Guest$/,
      "a vSphere guest identifier, such as 'other5xLinux64Guest' or 'ubuntu64Guest'",
    )
      .optional()
      .describe(
        `vSphere guest identifier of the OVA. Default: '${defaults.hardware.guestOsType}', which vSphere 7.0 U1 and newer know.`,
      ),
  })
  .describe('Hardware the OVA asks for.');

/** Judged by a rule, so that everything wrong with a list is told at once: a value the schema refuses takes its whole list along. */
const Partition = z
  .strictObject({
    mount: z.string().meta({
      enum: [...mountPoints.keys()],
      description: `Where it is mounted: ${mountPointsAccepted}.`,
    }),
    sizeGiB: z.number().meta({
      type: 'integer',
      minimum: 1,
      maximum: mostPartitionGiB,
      description: 'Its size, in whole GiB.',
    }),
  })
  .describe('One file system beside the root.');

const DiskSettings = z
  .strictObject({
    sizeGiB: whole(2, 2048)
      .optional()
      .describe(`Size of the image's disk, in GiB. Default: ${defaults.disk.sizeGiB}; 4 for the lab images.`),
    partitions: z
      .array(Partition)
      .optional()
      .describe(
        `File systems of their own beside the root, for images installed from Ubuntu's or RHEL's ISO, such as [{ mount: '/var/log', sizeGiB: 10 }]. The root comes last, has at least ${leastRootGiB} GiB and grows with the disk. Default: none.`,
      ),
  })
  .describe("The image's disk.");

/** Settings that may stand at the top of the config (for all images) and under one image. */
export const imageSettings = {
  kubernetes: KubernetesVersion.optional().describe(
    `Kubernetes version, '1.34' or '1.34.2', in quotes. A minor version means the newest patch this release of hnf knows. Default: '${defaults.kubernetes}'.`,
  ),
  provider: z
    .enum([...credentialProviders, 'iam'])
    .optional()
    .describe(
      "How a node gets AWS credentials: 'ssm' or 'iam-ra' ('iam' means the same). Default: the image's own, 'iam-ra' for the lab images.",
    ),
  arch: z
    .enum([...arches, 'amd', 'arm'])
    .optional()
    .describe(
      `Processor architecture: 'amd64' or 'arm64' ('amd' and 'arm' mean the same). Default: '${defaults.arch}'.`,
    ),
  builder: z
    .enum(builderKinds)
    .optional()
    .describe(
      `What builds the image: 'qemu' on this machine, 'vsphere-iso' or 'vsphere-clone' on a vCenter. Default: '${defaults.builder}'.`,
    ),
  nodeadm: NodeadmSettings.optional(),
  disk: DiskSettings.optional(),
  packages: z
    .array(PackageName)
    .optional()
    .describe('Extra packages of the distribution for the base layer. Default: none.'),
  timezone: z
    .string()
    .min(1)
    .optional()
    .describe(`Time zone of the image, a name of the tz database. Default: '${defaults.timezone}'.`),
  locale: z
    .string()
    .min(1)
    .optional()
    .describe(
      `Locale of the image, as glibc spells it, such as 'de_DE.UTF-8'. Default: the image's own, '${defaults.locale}' for most, 'C.UTF-8' for the lab images.`,
    ),
  keyboard: z
    .string()
    .min(1)
    .optional()
    .describe(`Keyboard layout of the console, as XKB spells it, such as 'de'. Default: '${defaults.keyboard}'.`),
  subscription: z
    .enum(subscriptionKinds)
    .optional()
    .describe(
      "How RHEL gets its packages while the image is built: 'activation-key' (RH_ORG and RH_ACTIVATION_KEY), 'user' (RH_USERNAME and RH_PASSWORD) or 'none' (media or private mirrors have everything). Default: by what is set, else 'activation-key'.",
    ),
  hardware: HardwareSettings.optional(),
  profile: profileSettings.optional(),
};

export const imageNamePattern = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const imageNameAccepted = 'lower-case letters, digits and single hyphens, a letter first, at most 63 characters';

export const WrittenImage = z
  .strictObject({
    extends: z
      .string()
      .optional()
      .describe(
        'Name of the image whose settings this one starts from: a built-in one or another of this file. Default: the built-in image of the same name, if there is one.',
      ),
    os: z
      .strictObject({
        family: z.enum(osFamilies).describe('Family of the operating system: it decides how the guest is set up.'),
        version: text(/^\d+(\.\d+)*$/, "digits and dots in quotes, such as '12' or '24.04'").describe(
          "Version, in quotes: '12', '24.04'.",
        ),
        codename: text(/^[a-z]+$/, "lower-case letters, such as 'bookworm'")
          .optional()
          .describe(
            "Release name, such as 'bookworm'. Default: looked up for Debian 11 to 13 and Ubuntu 20.04, 22.04 and 24.04.",
          ),
      })
      .optional()
      .describe('Operating system. Default: that of the image that is extended; required without one.'),
    source: WrittenSource.optional(),
    ...imageSettings,
    build: ImageBuild.optional().describe('Machine the image is built on.'),
  })
  .describe('One image: only what differs from the image it extends.');
export type WrittenImage = z.infer<typeof WrittenImage>;
