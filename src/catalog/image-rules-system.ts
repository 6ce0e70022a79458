import { quote } from '../config/findings.ts';
import { hasNetworkPackages, isBootIso, packageSources } from './boot-iso.ts';
import { findKernelFaults, findKeyFaults } from './boot-keys.ts';
import { fault, warning } from './image-fault.ts';
import type { ImageDraft, ImageFault, ImageRule } from './image-rules.ts';
import { snapStaysForSsm } from './image-rules-snap.ts';
import { sourceWord } from './image-spec.ts';

/** Whether the system itself can be installed as asked for. */
export const systemRules: readonly ImageRule[] = [
  bootstrapHasOneLocale,
  subscriptionIsForRhel,
  rhelVersionFits,
  bootIsoFindsPackages,
  bootCommandCanBeTyped,
  snapStaysForSsm,
  proxyHasServer,
  cpuFitsArch,
];

/** mmdebstrap makes these disks without `locales`. */
function bootstrapHasOneLocale({ spec }: ImageDraft): ImageFault[] {
  if (spec.source.kind !== 'bootstrap') return [];
  const locale =
    spec.locale === 'C.UTF-8'
      ? []
      : fault('locale', `${quote(spec.locale)} is not in a lab image; accepted: C.UTF-8`, 'Leave it out.');
  const keyboard =
    spec.keyboard === 'us'
      ? []
      : fault('keyboard', `${quote(spec.keyboard)} is not in a lab image; accepted: us`, 'Leave it out.');
  return [...locale, ...keyboard];
}

function subscriptionIsForRhel({ spec, values }: ImageDraft): ImageFault[] {
  const given = values.get('subscription');
  // One for all images stands at the top.
  if (spec.os.family === 'rhel' || given?.at !== `images.${spec.name}.subscription`) return [];
  const message = `${quote(given.value)} is about RHEL, and this image is ${spec.os.family}; accepted: none at all`;
  return fault('subscription', message, 'Remove it.');
}

function rhelVersionFits({ spec, rhelVersion }: ImageDraft): ImageFault[] {
  if (spec.os.family !== 'rhel' || rhelVersion === undefined || rhelVersion === spec.os.version) return [];
  const message = `RHEL_VERSION says ${rhelVersion}, and this image is RHEL ${spec.os.version}: the image decides`;
  return warning('os', message, `Unset it, or use image rhel${rhelVersion}.`);
}

function bootCommandCanBeTyped({ spec, values }: ImageDraft): ImageFault[] {
  const { boot } = spec.build;
  if (boot === undefined) return [];
  const path = values.has('build.bootCommand') ? 'build.bootCommand' : 'build.bootWaitSeconds';
  if (spec.source.kind !== 'iso') {
    const message = `is for an installer's menu, and this image is made from ${sourceWord(spec.source.kind)}; accepted: none at all`;
    return fault(path, message, 'Remove it, or use --source iso where the image has one.');
  }
  const keys = boot.keys ?? [];
  const accepted = "accepted: Packer's grammar, every tag closed and every held key let go";
  const wrong = findKeyFaults(keys).flatMap((what) => fault(path, `${what}; ${accepted}`, 'Correct it.'));
  const { family } = spec.os;
  if (wrong.length > 0 || keys.length === 0 || family === 'al2023') return wrong;
  return findKernelFaults(keys, family).flatMap((what) =>
    warning(path, what, 'Right only if the medium itself says so.'),
  );
}

function bootIsoFindsPackages({ spec }: ImageDraft): ImageFault[] {
  if (!isBootIso(spec) || hasNetworkPackages(spec)) return [];
  const url = spec.source.kind === 'iso' ? spec.source.url : null;
  const message = `${quote(url)} is a boot ISO, which brings no packages; accepted: ${packageSources}`;
  return fault('source.url', message, "Use the DVD ISO, or give the image subscription 'activation-key'.");
}

function proxyHasServer({ values, spec }: ImageDraft): ImageFault[] {
  const noProxy = values.get('profile.proxy.noProxy')?.value as readonly string[] | undefined;
  if (spec.profile.proxy !== null || noProxy === undefined || noProxy.length === 0) return [];
  const message = 'names what is reached without a proxy, and there is no proxy; accepted: beside http or https';
  return fault('profile.proxy.noProxy', message, 'Give profile.proxy.http or https, or remove it.');
}

function cpuFitsArch({ spec }: ImageDraft): ImageFault[] {
  const { cpuBaseline } = spec.profile;
  if (cpuBaseline === null || cpuBaseline.startsWith('arm') === (spec.arch === 'arm64')) return [];
  const accepted = spec.arch === 'arm64' ? 'armv8.2-a' : 'x86-64-v2, x86-64-v3';
  const message = `${quote(cpuBaseline)} is no level of ${spec.arch} processors; accepted: ${accepted}`;
  return fault('profile.cpuBaseline', message, 'Correct it, or leave it out.');
}
