import { defaults } from '../config/defaults.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { WrittenImage } from '../config/schema-image.ts';
import { factsOf } from './builders.ts';
import type { CatalogRow } from './catalog-row.ts';
import type { CellChoice } from './choose-cell.ts';
import { draftProfile } from './draft-profile.ts';
import { type FamilyFacts, familyFacts } from './families.ts';
import type { ImageValue, ImageValues } from './image-layers.ts';
import type {
  Arch,
  ArtifactOrigin,
  BuilderKind,
  ContainerdSource,
  CredentialProvider,
  Firmware,
  ImageSource,
  ImageSpec,
  Partition,
  Subscription,
} from './image-spec.ts';
import { findPatch } from './kubernetes-versions.ts';
import { sortPartitions } from './partitions.ts';

type WrittenOs = NonNullable<WrittenImage['os']>;

export function findOs(values: ImageValues): ImageSpec['os'] | undefined {
  const os = values.get('os')?.value as WrittenOs | undefined;
  if (os === undefined) return undefined;
  const codenames: Readonly<Record<string, string>> = familyFacts[os.family].codenames;
  const codename = os.codename ?? codenames[os.version];
  return codename === undefined ? undefined : { family: os.family, version: os.version, codename };
}

/** What a spec is put together from, beside its values. */
export interface DraftParts extends CellChoice {
  name: string;
  os: ImageSpec['os'];
  arch: Arch;
  source: ImageSource;
  row: CatalogRow | undefined;
  config: ResolvedConfig;
}

/** Puts the values together; what nobody set is the default, and is noted in `values` as such. */
export function draftSpec(parts: DraftParts, values: Map<string, ImageValue>): ImageSpec {
  const { name, os, arch, source, builder, config } = parts;
  const take = <T>(path: string, fallback: T): T => {
    const present = values.get(path);
    if (present !== undefined) return present.value as T;
    values.set(path, { value: fallback, origin: { kind: 'default' }, at: path });
    return fallback;
  };
  take('arch', arch);
  take('builder', builder);
  const facts: FamilyFacts = familyFacts[os.family];
  const machine = machineDefaults(parts);
  const usualFirmware = parts.row?.defaults.firmware?.[builder] ?? defaults.hardware.firmware;
  const firmware = take<Firmware>('hardware.firmware', usualFirmware);
  if (isBuiltInPlace(builder)) followFirmware(values);
  const kubernetes = take<string>('kubernetes', defaults.kubernetes);
  return {
    name,
    os,
    arch,
    source,
    builder,
    provider: plainProvider(take<string>('provider', facts.defaults.provider)),
    kubernetes: findPatch(kubernetes) ?? kubernetes,
    nodeadm: {
      version: take('nodeadm.version', defaults.nodeadm.version),
      region: config.cluster.region,
      containerdSource: take<ContainerdSource>('nodeadm.containerdSource', facts.defaults.containerdSource),
      artifacts: { kind: take<ArtifactOrigin['kind']>('nodeadm.artifacts', facts.defaults.artifacts) },
      timeoutMinutes: take('nodeadm.timeoutMinutes', defaults.nodeadm.timeoutMinutes),
    },
    disk: {
      sizeGiB: take('disk.sizeGiB', defaults.disk.sizeGiB),
      ...draftPartitions(take<readonly Partition[]>('disk.partitions', [])),
    },
    packages: take<readonly string[]>('packages', []),
    timezone: take('timezone', defaults.timezone),
    locale: take('locale', defaults.locale),
    keyboard: take('keyboard', defaults.keyboard),
    subscription: os.family === 'rhel' ? { kind: take('subscription', usualSubscription(config)) } : null,
    profile: draftProfile((path, fallback) => take(path === '' ? 'profile' : `profile.${path}`, fallback)),
    build: {
      cpus: take('build.cpus', defaults.build.cpus),
      memoryMiB: take('build.memoryMiB', machine.memoryMiB),
      firmware: isBuiltInPlace(builder) ? firmware : take<Firmware>('build.firmware', machine.firmware),
      sshTimeoutMinutes: take('build.sshTimeoutMinutes', machine.sshTimeoutMinutes),
      ...draftBoot(values),
    },
    hardware: {
      cpus: take('hardware.cpus', defaults.hardware.cpus),
      memoryMiB: take('hardware.memoryMiB', defaults.hardware.memoryMiB),
      firmware,
      hardwareVersion: take('hardware.hardwareVersion', defaults.hardware.hardwareVersion),
      guestOsType: take('hardware.guestOsType', defaults.hardware.guestOsType),
    },
  };
}

/** Installers need more memory and time than a disk that only boots; arm64 machines have no BIOS. */
function machineDefaults({ kind, arch }: DraftParts): ImageSpec['build'] {
  const { cpus, memoryMiB, firmware, sshTimeoutMinutes } = defaults.build;
  const isInstalled = kind === 'iso';
  return {
    cpus,
    memoryMiB: isInstalled ? 4096 : memoryMiB,
    firmware: arch === 'arm64' ? 'uefi' : firmware,
    sshTimeoutMinutes: isInstalled ? 120 : sshTimeoutMinutes,
  };
}

/**
 * On a vCenter the machine that is built is the one the template is made of, so it has that one's firmware: an installer lays the disk
 * out for the firmware it is started with.
 */
export function isBuiltInPlace(builder: BuilderKind): boolean {
  return factsOf(builder).platform === 'vsphere';
}

/** None are left out, so that the identities of images without them stay what they were. */
function draftPartitions(partitions: readonly Partition[]): Pick<ImageSpec['disk'], 'partitions'> {
  return partitions.length === 0 ? {} : { partitions: sortPartitions(partitions) };
}

/** There is no default to note: which keys are typed depends on the rest. */
function draftBoot(values: ImageValues): Pick<ImageSpec['build'], 'boot'> {
  const waitSeconds = values.get('build.bootWaitSeconds')?.value as number | undefined;
  const keys = values.get('build.bootCommand')?.value as readonly string[] | undefined;
  if (waitSeconds === undefined && keys === undefined) return {};
  return { boot: { ...(waitSeconds === undefined ? {} : { waitSeconds }), ...(keys === undefined ? {} : { keys }) } };
}

/** What stands at the top of the config is about machines under QEMU; an image that says it of its own is judged by a rule. */
function followFirmware(values: Map<string, ImageValue>): void {
  const hardware = values.get('hardware.firmware');
  const isOwn = values.get('build.firmware')?.at.startsWith('images.') ?? false;
  if (hardware !== undefined && !isOwn) values.set('build.firmware', hardware);
}

/** The seeds know a user name and a password; Red Hat recommends activation keys. */
function usualSubscription({ redhat, secrets }: ResolvedConfig): Subscription['kind'] {
  const hasKey = redhat.organization !== undefined || secrets.redhatActivationKey !== undefined;
  return !hasKey && redhat.username !== undefined ? 'user' : 'activation-key';
}

/** The seeds say `amd` and `arm`. */
export function plainArch(arch: string): Arch {
  return arch.startsWith('arm') ? 'arm64' : 'amd64';
}

/** The seeds say `iam`. */
export function plainProvider(provider: string): CredentialProvider {
  return provider === 'ssm' ? 'ssm' : 'iam-ra';
}
