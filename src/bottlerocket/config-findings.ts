import { defaults } from '../config/defaults.ts';
import type { Finding } from '../config/findings.ts';
import { placeOf, type ResolvedConfig } from '../config/resolve.ts';
import { listImageFaults, variantFor } from './versions.ts';

/** What keeps the Bottlerocket a config names from being a hybrid node. */
export function listBottlerocketFindings(config: ResolvedConfig): Finding[] {
  const kubernetes = config.imageOverrides.kubernetes ?? config.imageDefaults.kubernetes ?? defaults.kubernetes;
  const arch = config.imageOverrides.arch ?? config.imageDefaults.arch ?? defaults.arch;
  const { version, variant = variantFor(kubernetes) } = config.bottlerocket;
  const faults = listImageFaults({ version, variant, arch: arch.replace(/^(amd|arm)$/, '$164') });
  return faults.map(({ about, message }): Finding => {
    const path = about === 'arch' ? 'arch' : `bottlerocket.${about}`;
    const origin = config.origins.get(path);
    return { severity: 'error', path, message, ...(origin === undefined ? {} : placeOf(origin)) };
  });
}

/** Whether a person wrote anything about Bottlerocket: all else is none of its business. */
export function usesBottlerocket(config: ResolvedConfig): boolean {
  return [...config.origins].some(([path, { kind }]) => path.startsWith('bottlerocket.') && kind !== 'default');
}
