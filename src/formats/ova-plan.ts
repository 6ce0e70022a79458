import { sha256 } from '../core/hash.ts';
import { renderOvaManifest } from './ova-manifest.ts';
import { renderOvf } from './ovf.ts';
import type { OvfMachine } from './ovf-machine.ts';
import { paddedBytes, renderTarHeader, tarBlockBytes } from './tar.ts';
import { sectorBytes } from './vmdk-geometry.ts';
import { planVmdkLayout } from './vmdk-layout.ts';

/** Names and places of an OVA's members, fixed before the disk is compressed. */
export interface OvaPlan {
  ovfName: string;
  manifestName: string;
  vmdkName: string;
  /** Exact: the OVF is padded to what its longest numbers would need. */
  ovfBytes: number;
  manifestOffset: number;
  vmdkOffset: number;
}

/** @throws FactoryError `input.invalid` */
export function planOva(machine: OvfMachine, diskBytes: number): OvaPlan {
  const ovfName = `${machine.name}.ovf`;
  const vmdkName = `${machine.name}-disk1.vmdk`;
  const capacityBytes = planVmdkLayout(diskBytes).capacitySectors * sectorBytes;
  const longest = { fileName: vmdkName, fileBytes: 10 * capacityBytes, capacityBytes, populatedBytes: capacityBytes };
  const ovfBytes = Buffer.byteLength(renderOvf(machine, longest));
  const noHash = '0'.repeat(64);
  const manifestBytes = renderManifest({ ovfName, vmdkName }, noHash, noHash).length;
  const manifestOffset = tarBlockBytes + paddedBytes(ovfBytes);
  const vmdkOffset = manifestOffset + tarBlockBytes + paddedBytes(manifestBytes) + tarBlockBytes;
  return { ovfName, manifestName: `${machine.name}.mf`, vmdkName, ovfBytes, manifestOffset, vmdkOffset };
}

/** Everything before the VMDK: its tar header, and the OVF and the manifest with theirs. */
export function renderOvaFront(
  plan: OvaPlan,
  machine: OvfMachine,
  vmdk: { bytes: number; capacityBytes: number; populatedBytes: number },
  vmdkSha256: string,
  mtimeSeconds: number,
): Buffer {
  const { capacityBytes, populatedBytes } = vmdk;
  const text = renderOvf(machine, { fileName: plan.vmdkName, fileBytes: vmdk.bytes, capacityBytes, populatedBytes });
  const ovf = text + '\n'.repeat(plan.ovfBytes - Buffer.byteLength(text));
  const manifest = renderManifest(plan, sha256(ovf), vmdkSha256);
  const header = (name: string, sizeBytes: number) => renderTarHeader({ name, sizeBytes, mtimeSeconds });
  const front = Buffer.alloc(plan.vmdkOffset);
  front.set(header(plan.ovfName, plan.ovfBytes), 0);
  front.write(ovf, tarBlockBytes);
  front.set(header(plan.manifestName, manifest.length), plan.manifestOffset);
  front.write(manifest, plan.manifestOffset + tarBlockBytes);
  front.set(header(plan.vmdkName, vmdk.bytes), plan.vmdkOffset - tarBlockBytes);
  return front;
}

function renderManifest(names: { ovfName: string; vmdkName: string }, ovfSha256: string, vmdkSha256: string): string {
  const digests = [
    [names.ovfName, ovfSha256],
    [names.vmdkName, vmdkSha256],
  ] as const;
  return renderOvaManifest(new Map(digests));
}
