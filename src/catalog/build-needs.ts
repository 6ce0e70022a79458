import type { Finding } from '../config/findings.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { isVcenterPath } from '../config/vcenter-path.ts';
import { factsOf } from './builders.ts';
import { refusedSigningHelper, signingHelperHint } from './compatibility.ts';
import { cellId, type ImageSpec } from './image-spec.ts';

/** Packer variables a person set (PKR_VAR_…). */
export type GivenVariables = Readonly<Record<string, string>>;

/** Something a build cannot do without, that rendering and listing can. */
interface Need {
  path: string;
  missing: boolean;
  /** Completes "'rhel9/…' needs …". */
  what: string;
  hint: string;
}

/** `rhel9/… needs the installer ISO; accepted: …. Set ISO_URL or iso.url.` */
export function wordMissing({ message, hint }: Finding): string {
  return `${message}. ${hint}`;
}

/**
 * Everything that is missing for building this cell, all at once: addresses of sources that are not public, Red Hat's credentials, the
 * vCenter. Each with the path in the config that would answer it.
 */
export function listMissing(config: ResolvedConfig, spec: ImageSpec, given: GivenVariables = {}): Finding[] {
  const needs = [
    ...archNeeds(spec),
    ...providerNeeds(spec),
    ...sourceNeeds(spec),
    ...subscriptionNeeds(config, spec),
    ...vsphereNeeds(config, spec),
    ...reachNeeds(spec, given),
  ];
  return needs
    .filter(({ missing }) => missing)
    .map(({ path, what, hint }) => ({
      severity: 'error',
      path,
      message: `${cellId(spec)} needs ${what}`,
      hint,
    }));
}

/** Everything that is built here is booted here before it is called done, and the lab boots x86-64. */
function archNeeds({ name, arch, builder }: ImageSpec): Need[] {
  return [
    {
      path: 'arch',
      missing: builder === 'qemu' && arch !== 'amd64',
      what: `an ${arch} machine, which hnf cannot boot here to verify it; accepted: amd64`,
      hint: `Run \`hnf image render ${name} --arch ${arch}\`, and \`packer build\` in that folder on an ${arch} machine.`,
    },
  ];
}

/** What hnf serves to a guest under QEMU on loopback is out of reach for a machine on a vCenter. */
function reachNeeds({ builder, nodeadm, profile }: ImageSpec, given: GivenVariables): Need[] {
  if (factsOf(builder).platform !== 'vsphere') return [];
  const archives = profile.preload.filter(({ from }) => from.kind === 'archive').length;
  return [
    {
      path: 'nodeadm.artifacts',
      missing: nodeadm.artifacts.kind === 'mirror' && !given['mirror_url'],
      what: "an artifact mirror that a machine on the vCenter can reach, and nodeadm.artifacts is 'mirror'",
      hint: "Use nodeadm.artifacts: 'aws', or set PKR_VAR_mirror_url.",
    },
    {
      path: 'profile.preload',
      missing: archives > 0 && !given['preload_directory'],
      what: `the folder of the ${archives} archives of container images to preload`,
      hint: 'Set PKR_VAR_preload_directory to a folder with them, each named by its SHA-256 and .tar.',
    },
  ];
}

function providerNeeds(spec: ImageSpec): Need[] {
  const reason = refusedSigningHelper(spec);
  const what = `another provider than '${spec.provider}': ${reason}`;
  return [{ path: 'provider', missing: reason !== undefined, what, hint: signingHelperHint }];
}

function sourceNeeds(spec: ImageSpec): Need[] {
  const { source, os, builder } = spec;
  if (source.kind === 'bootstrap' || builder === 'vsphere-clone' || isMadeHere(spec)) return [];
  const [group, name, what] =
    source.kind === 'iso'
      ? ['iso', 'ISO', 'the installer ISO']
      : ['cloudImage', 'CLOUD_IMAGE', "the vendor's disk image"];
  const from = os.family === 'rhel' ? ' (access.redhat.com has it for subscribers)' : whyNotMadeHere(spec);
  return [
    {
      path: `${group}.url`,
      missing: source.url === null,
      what: `${what}${from}; accepted: its address or path`,
      hint: `Set ${name}_URL or ${group}.url.`,
    },
    {
      path: `${group}.checksum`,
      // No vCenter tells the sum of a file that lies on it.
      missing: source.checksum === null && (source.url === null || !isVcenterPath(source.url)),
      what: `the SHA-256 of ${what}`,
      hint: `Set ${name}_CHECKSUM or ${group}.checksum.`,
    },
  ];
}

const madeHere = { family: 'debian', version: '12', arch: 'amd64', firmware: 'bios' } as const;

/** Debian 12's installer is put together from packages when a build needs it and nobody gave another (lab/installer). */
export function isMadeHere({ source, os, arch, build }: ImageSpec): boolean {
  return (
    source.kind === 'iso' &&
    source.url === null &&
    os.family === madeHere.family &&
    os.version === madeHere.version &&
    arch === madeHere.arch &&
    build.firmware === madeHere.firmware
  );
}

function whyNotMadeHere({ source, os, build }: ImageSpec): string {
  if (source.kind !== 'iso' || os.family !== 'debian') return '';
  return os.version === madeHere.version && build.firmware === 'uefi'
    ? " (the one hnf makes itself starts under BIOS, and build.firmware is 'uefi')"
    : ' (hnf itself makes only that of Debian 12, for amd64)';
}

function subscriptionNeeds({ redhat, secrets }: ResolvedConfig, { subscription }: ImageSpec): Need[] {
  switch (subscription?.kind) {
    case 'activation-key':
      return [
        need('redhat.organization', redhat.organization, "Red Hat's number of your organisation", 'Set RH_ORG.'),
        need(
          'redhat',
          secrets.redhatActivationKey,
          'an activation key of Red Hat',
          "Set RH_ACTIVATION_KEY or RH_ACTIVATION_KEY_FILE; subscription: 'user' or 'none' does without.",
        ),
      ];
    case 'user':
      return [
        need('redhat.username', redhat.username, 'a user name at Red Hat', 'Set RH_USERNAME.'),
        need(
          'redhat',
          secrets.redhatPassword,
          'the password at Red Hat',
          "Set RH_PASSWORD or RH_PASSWORD_FILE; subscription: 'activation-key' or 'none' does without.",
        ),
      ];
    default:
      return [];
  }
}

function vsphereNeeds({ vsphere, secrets }: ResolvedConfig, { builder, source }: ImageSpec): Need[] {
  if (factsOf(builder).platform !== 'vsphere') return [];
  const template = source.kind === 'cloudImage' ? source.template : undefined;
  const needs = [
    need('vsphere.server', vsphere.server, 'the vCenter', 'Set VSPHERE_SERVER or vsphere.server.'),
    need('vsphere.user', vsphere.user, 'a user at the vCenter', 'Set VSPHERE_USER or vsphere.user.'),
    need(
      'vsphere',
      secrets.vspherePassword,
      'the password at the vCenter',
      'Set VSPHERE_PASSWORD or VSPHERE_PASSWORD_FILE.',
    ),
    need(
      'vsphere.cluster',
      vsphere.cluster ?? vsphere.esxiHost,
      'a cluster or a host to build on',
      'Set VSPHERE_CLUSTER, vsphere.cluster or vsphere.esxiHost.',
    ),
    need('vsphere.datastore', vsphere.datastore, 'a datastore', 'Set VSPHERE_DATASTORE or vsphere.datastore.'),
    need('vsphere.network', vsphere.network, 'a network', 'Set VSPHERE_NETWORK or vsphere.network.'),
  ];
  if (builder !== 'vsphere-clone') return needs;
  const hint = `Set VSPHERE_TEMPLATE or vsphere.template; make it with 'govc import.ova' of the vendor's OVA.`;
  return [...needs, need('vsphere.template', template, 'a template to clone', hint)];
}

function need(path: string, value: string | null | undefined, what: string, hint: string): Need {
  return { path, missing: value === undefined || value === null || value === '', what, hint };
}
