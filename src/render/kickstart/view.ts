import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { View } from '../engine.ts';
import { nodePorts } from '../node-ports.ts';
import { buildUser } from '../packer/pins.ts';
import { buildDiskView } from './disk-view.ts';
import { buildSourceView } from './source-view.ts';

/** How the installation ends: into the installed system, or for a first stage whose disk another build goes on with. */
export type InstallEnd = 'reboot' | 'power-off';

/** What rhel8.ks.hbs and rhel9.ks.hbs may see. */
export function buildKickstartView(spec: ImageSpec, end: InstallEnd): View {
  const { profile } = spec;
  const ports = nodePorts(profile.cni).map(({ port, protocol }) => `${port}:${protocol}`);
  return {
    ...buildSourceView(spec),
    ...buildDiskView(spec),
    buildUser,
    sudoRule: `${buildUser} ALL=(ALL) NOPASSWD:ALL`,
    locale: spec.locale,
    keyboard: spec.keyboard,
    timezone: spec.timezone,
    ntp: profile.ntp.map((server) => ({ server })),
    ntpServers: profile.ntp.length === 0 ? null : profile.ntp.join(','),
    firewall: { on: profile.firewall === 'on', off: profile.firewall === 'off', ports: ports.join(',') },
    kernelArguments: [...consoles[spec.arch], ...profile.kernelArguments].join(' '),
    powerOff: end === 'power-off',
  };
}

const consoles = {
  amd64: ['console=tty0', 'console=ttyS0,115200n8'],
  arm64: ['console=tty0', 'console=ttyAMA0,115200n8'],
} as const;
