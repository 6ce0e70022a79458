import { defaults } from '../config/defaults.ts';
import type { WrittenImage, WrittenSource } from '../config/schema-image.ts';
import { debianMirror, type FamilyFacts, familyFacts } from './builtin-images.ts';
import type { ImageValue, ImageValues } from './image-layers.ts';
import type {
  Arch,
  ArtifactOrigin,
  ContainerdSource,
  CredentialProvider,
  Firmware,
  ImageSource,
  ImageSpec,
} from './image-spec.ts';
import { findPatch } from './kubernetes-versions.ts';

/** An image whose values are all there; the rules have not judged it yet. */
export interface ImageDraft {
  spec: ImageSpec;
  facts: FamilyFacts;
  values: ImageValues;
  /** Processor architectures and smallest disk of the built-in row; without one, what this release's builder can do. */
  limits: { arches: readonly Arch[]; leastDiskGiB: number };
}

type WrittenOs = NonNullable<WrittenImage['os']>;

export function findOs(values: ImageValues): ImageSpec['os'] | undefined {
  const os = values.get('os')?.value as WrittenOs | undefined;
  if (os === undefined) return undefined;
  const codenames: Readonly<Record<string, string>> = familyFacts[os.family].codenames;
  const codename = os.codename ?? codenames[os.version];
  return codename === undefined ? undefined : { family: os.family, version: os.version, codename };
}

export function findSource(values: ImageValues): ImageSource | undefined {
  const source = values.get('source')?.value as WrittenSource | undefined;
  if (source === undefined || source.kind === 'cloudImage') return source;
  if (source.suite === undefined) return undefined;
  return {
    kind: 'bootstrap',
    suite: source.suite,
    packages: source.packages ?? [],
    mirror: source.mirror ?? debianMirror,
  };
}

/** Puts the values together; what nobody set is the default, and is noted in `values` as such. */
export function draftSpec(
  name: string,
  os: ImageSpec['os'],
  source: ImageSource,
  values: Map<string, ImageValue>,
  region: string,
): ImageSpec {
  const take = <T>(path: string, fallback: T): T => {
    const present = values.get(path);
    if (present !== undefined) return present.value as T;
    values.set(path, { value: fallback, origin: { kind: 'default' }, at: path });
    return fallback;
  };
  const facts: FamilyFacts = familyFacts[os.family];
  const kubernetes = take<string>('kubernetes', defaults.kubernetes);
  return {
    name,
    os,
    arch: plainArch(take<string>('arch', defaults.arch)),
    source,
    builder: 'qemu',
    provider: plainProvider(take<string>('provider', facts.defaults.provider)),
    kubernetes: findPatch(kubernetes) ?? kubernetes,
    nodeadm: {
      version: take('nodeadm.version', defaults.nodeadm.version),
      region,
      containerdSource: take<ContainerdSource>('nodeadm.containerdSource', facts.defaults.containerdSource),
      artifacts: { kind: take<ArtifactOrigin['kind']>('nodeadm.artifacts', facts.defaults.artifacts) },
      timeoutMinutes: take('nodeadm.timeoutMinutes', defaults.nodeadm.timeoutMinutes),
    },
    disk: { sizeGiB: take('disk.sizeGiB', defaults.disk.sizeGiB) },
    packages: take<readonly string[]>('packages', []),
    timezone: take('timezone', defaults.timezone),
    build: {
      cpus: take('build.cpus', defaults.build.cpus),
      memoryMiB: take('build.memoryMiB', defaults.build.memoryMiB),
      firmware: take<Firmware>('build.firmware', defaults.build.firmware),
      sshTimeoutMinutes: take('build.sshTimeoutMinutes', defaults.build.sshTimeoutMinutes),
    },
    hardware: {
      cpus: take('hardware.cpus', defaults.hardware.cpus),
      memoryMiB: take('hardware.memoryMiB', defaults.hardware.memoryMiB),
      firmware: take<Firmware>('hardware.firmware', defaults.hardware.firmware),
      hardwareVersion: take('hardware.hardwareVersion', defaults.hardware.hardwareVersion),
      guestOsType: take('hardware.guestOsType', defaults.hardware.guestOsType),
    },
  };
}

/** The seeds say `amd` and `arm`. */
function plainArch(arch: string): Arch {
  return arch.startsWith('arm') ? 'arm64' : 'amd64';
}

/** The seeds say `iam`. */
function plainProvider(provider: string): CredentialProvider {
  return provider === 'ssm' ? 'ssm' : 'iam-ra';
}
