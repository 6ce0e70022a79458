import { isBootIso } from '../../catalog/boot-iso.ts';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { View } from '../engine.ts';
import { hasProfile, preloadFileName } from '../profile/render-profile.ts';
import type { Seed } from '../seed.ts';
import { buildUser, packerPins } from './pins.ts';

/** What one rendered folder installs: the system's own part, nodeadm's part, or both. */
export interface Parts {
  base: boolean;
  node: boolean;
}

/** The view of templates/packer/partials, the same for every builder. */
export function buildSharedView(spec: ImageSpec, parts: Parts, seed: Seed): View {
  const { nodeadm } = spec;
  return {
    name: spec.name,
    ...parts,
    buildUser,
    packerVersion: packerPins.packer,
    arch: spec.arch,
    rpm: isRpm(spec),
    packages: spec.packages.join(' '),
    timezone: spec.timezone,
    locale: spec.locale,
    kubernetes: spec.kubernetes,
    provider: spec.provider,
    mirror: nodeadm.artifacts.kind === 'mirror',
    assetsUrl: assetsUrl(nodeadm.region),
    installTimeout: `${nodeadm.timeoutMinutes + 10}m`,
    nodeadm: {
      version: nodeadm.version,
      region: nodeadm.region,
      containerdSource: nodeadm.containerdSource,
      timeoutMinutes: String(nodeadm.timeoutMinutes),
    },
    profile: hasProfile(spec),
    preload: preloadView(spec),
    dvd: spec.os.family === 'rhel' && spec.source.kind === 'iso' && !isBootIso(spec),
    subscription: { any: isSubscribed(spec) },
    seed: seedView(seed),
    sshTimeout: `${spec.build.sshTimeoutMinutes}m`,
  };
}

export function isRpm(spec: ImageSpec): boolean {
  return spec.os.family === 'rhel' || spec.os.family === 'al2023';
}

export function hasPreload(spec: ImageSpec): boolean {
  return spec.profile.preload.length > 0;
}

/** Archives of container images, by the name they have in the folder that is handed over; each once. */
function preloadView({ profile }: ImageSpec): View {
  const archives = profile.preload.flatMap(({ from }) =>
    from.kind === 'archive' ? [preloadFileName(from.sha256)] : [],
  );
  return {
    any: profile.preload.length > 0,
    archives: [...new Set(archives)].map((file) => ({ file })),
    registry: profile.preload.some(({ from }) => from.kind === 'registry'),
  };
}

/** Whether the build machine has to be registered at Red Hat. */
export function isSubscribed({ subscription }: ImageSpec): boolean {
  return subscription !== null && subscription.kind !== 'none';
}

function seedView(seed: Seed): View {
  return {
    cdLabel: seed.cdLabel,
    http: seed.transport === 'http',
    members: seed.members.map(({ name, file, templated }) => ({ name, path: `/${name}`, file, templated })),
    // A kickstart that takes its packages from Red Hat's network registers the machine itself.
    activationKey: seed.variables.includes('rh_activation_key'),
  };
}

/** Where AWS publishes nodeadm; China has its own host (eks-hybrid, internal/aws/manifest.go). */
function assetsUrl(region: string): string {
  return region.startsWith('cn-')
    ? 'https://eks-hybrid-assets.awsstatic.cn'
    : 'https://hybrid-assets.eks.amazonaws.com';
}
