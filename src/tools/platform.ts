import { FactoryError } from '../core/errors.ts';
import type { Platform } from './types.ts';

/** The machine we run on. @throws FactoryError `tool.missing` where no tool of ours exists. */
export function hostPlatform(os: string = process.platform, arch: string = process.arch): Platform {
  const goArch = { x64: 'amd64', arm64: 'arm64' }[arch];
  if ((os !== 'linux' && os !== 'darwin') || (goArch !== 'amd64' && goArch !== 'arm64')) {
    throw new FactoryError(
      'tool.missing',
      `no tools for '${os}/${arch}'; supported are linux and darwin on x64 and arm64`,
      {
        hint: 'Run hnf on Linux, for example in a virtual machine.',
      },
    );
  }
  return { os, arch: goArch };
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return a.os === b.os && a.arch === b.arch;
}

/** `linux-amd64` */
export function platformName(platform: Platform): string {
  return `${platform.os}-${platform.arch}`;
}
