import type { ImageSpec } from '../catalog/image-spec.ts';
import { isRpm } from './packer/shared-view.ts';

/**
 * What a build asks the distribution's archive for by name, sorted; dependencies come on top. For whoever has to put it on a mirror.
 * The names are those of templates/guest/install-base-*.sh and apply-profile.sh, which a test compares.
 */
export function listGuestPackages(spec: ImageSpec): string[] {
  const { packages, nodeadm, profile, provider, os } = spec;
  const containerd = { distro: ['containerd'], docker: ['containerd.io'], none: [] }[nodeadm.containerdSource];
  const snap = os.family === 'ubuntu' && provider === 'ssm' ? ['snapd'] : [];
  const gpu = profile.gpu === 'nvidia' ? ['nvidia-open', 'nvidia-container-toolkit'] : [];
  const base = isRpm(spec) ? rpmPackages(spec) : aptPackages(spec);
  return [...new Set([...base, ...containerd, ...firewallPackages(spec), ...snap, ...gpu, ...packages])].sort();
}

function aptPackages({ locale, source, timezone }: ImageSpec): string[] {
  const common = ['cloud-init', 'cloud-guest-utils', 'openssh-server', 'sudo', 'curl', 'ca-certificates', 'iptables'];
  const language = /^(C(\..*)?|POSIX)$/.test(locale) ? [] : ['locales'];
  const installer = source.kind === 'iso' ? ['netplan.io'] : [];
  const zone = /^(Etc\/)?UTC$/.test(timezone) ? [] : ['tzdata'];
  return [...common, 'open-vm-tools', 'qemu-guest-agent', ...language, ...installer, ...zone];
}

function rpmPackages({ os, arch, locale }: ImageSpec): string[] {
  const common = [
    'cloud-init',
    'cloud-utils-growpart',
    'openssh-server',
    'sudo',
    'ca-certificates',
    'chrony',
    'iptables',
    'tar',
  ];
  const more = ['curl', 'qemu-guest-agent', 'dracut-config-generic', 'container-selinux'];
  const vmware = arch === 'amd64' ? ['open-vm-tools'] : [];
  const language = /^(C(\..*)?|POSIX)$/.test(locale) ? [] : [`glibc-langpack-${locale.split('_')[0]}`];
  const kernel = os.family === 'al2023' ? ['kernel-modules-extra'] : [];
  return [...common, ...more, ...vmware, ...language, ...kernel];
}

function firewallPackages({ os, profile }: ImageSpec): string[] {
  if (profile.firewall !== 'on') return [];
  return [{ debian: 'nftables', ubuntu: 'ufw', rhel: 'firewalld', al2023: 'firewalld' }[os.family]];
}
