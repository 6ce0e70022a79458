import type { ImageSpec } from '../../catalog/image-spec.ts';
import { shellWord } from '../quote/shell.ts';
import { checkKernelArgument, checkTimeServer } from './check-values.ts';
import type { GuestFile, ProfileSetting } from './profile-file.ts';
import { usesApt } from './proxy-files.ts';

export function buildSystemSettings(spec: ImageSpec): ProfileSetting[] {
  const { ntp, kernelArguments, hardening, gpu, cpuBaseline } = spec.profile;
  const settings: ProfileSetting[] = [];
  if (ntp.length > 0) settings.push(['NTP', ntp.map(checkTimeServer).join(' ')]);
  if (kernelArguments.length > 0)
    settings.push(['KERNEL_ARGUMENTS', kernelArguments.map(checkKernelArgument).join(' ')]);
  if (hardening !== 'none') settings.push(['HARDENING', hardening]);
  if (gpu !== 'none') settings.push(['GPU', gpu]);
  if (cpuBaseline !== null) settings.push(['CPU_BASELINE', cpuBaseline]);
  return [...settings, ...buildPlaceSettings(spec)];
}

/** Time zone, locale and keyboard, where neither the installer nor install-base.sh sees to them. */
function buildPlaceSettings({ source, timezone, locale, keyboard }: ImageSpec): ProfileSetting[] {
  const isBootstrap = source.kind === 'bootstrap';
  const settings: ProfileSetting[] = [];
  if (isBootstrap && !/^(Etc\/)?UTC$/.test(timezone)) settings.push(['TIMEZONE', timezone]);
  if (isBootstrap && locale !== 'C.UTF-8') settings.push(['LOCALE', locale]);
  if (source.kind !== 'iso' && keyboard !== 'us') settings.push(['KEYBOARD', keyboard]);
  return settings;
}

/** GRUB's settings on Debian and Ubuntu; what sorts last is added last. RHEL's entries are changed by grubby. */
export function buildKernelFiles(spec: ImageSpec): GuestFile[] {
  const words = spec.profile.kernelArguments.map(checkKernelArgument);
  if (words.length === 0 || !usesApt(spec)) return [];
  const content = `GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "${shellWord(words.join(' '))}\n`;
  return [{ step: 'base', path: '/etc/default/grub.d/70-hybrid-node.cfg', mode: 0o644, content }];
}
