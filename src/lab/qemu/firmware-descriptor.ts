import { z } from 'zod';
import type { Arch } from '../../catalog/image-spec.ts';

export interface FirmwareFiles {
  /** Read-only flash with the firmware's code. */
  code: string;
  /** Template of the variable store; each VM gets its own copy. */
  varsTemplate: string;
}

const flashFile = z.object({ filename: z.string(), format: z.literal('raw') });

/** The fields we need of QEMU's docs/interop/firmware.json. */
const FirmwareDescriptor = z.object({
  'interface-types': z.array(z.string()),
  mapping: z.object({ device: z.literal('flash'), executable: flashFile, 'nvram-template': flashFile }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});

const wanted: Record<Arch, { architecture: string; machine: RegExp }> = {
  amd64: { architecture: 'x86_64', machine: /^pc-q35-/ },
  arm64: { architecture: 'aarch64', machine: /^virt-/ },
};

/** The files of a descriptor that fits a plain q35 or virt machine; undefined when it is for something else. */
export function parseFirmwareDescriptor(text: string, arch: Arch): FirmwareFiles | undefined {
  const parsed = FirmwareDescriptor.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { mapping, targets, features } = parsed.data;
  const { architecture, machine } = wanted[arch];
  const isTarget = targets.some(
    (target) => target.architecture === architecture && target.machines.some((name) => machine.test(name)),
  );
  if (!isTarget || !parsed.data['interface-types'].includes('uefi')) return undefined;
  if (features.some((feature) => ['secure-boot', 'requires-smm', 'enrolled-keys'].includes(feature))) return undefined;
  return { code: mapping.executable.filename, varsTemplate: mapping['nvram-template'].filename };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
