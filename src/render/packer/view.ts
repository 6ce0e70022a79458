import type { ImageSpec } from '../../catalog/image-spec.ts';
import { FactoryError } from '../../core/errors.ts';
import type { View } from '../engine.ts';
import { buildMachines } from './machine.ts';
import { buildUser, packerPins } from './pins.ts';

/** What base.pkr.hcl.hbs may see: nothing that a new Kubernetes or nodeadm version would change. */
export function buildBaseView(spec: ImageSpec): View {
  if (spec.source.kind !== 'cloudImage') {
    throw new FactoryError('internal', `a '${spec.source.kind}' source has no base layer of Packer's`);
  }
  return {
    ...buildMachineView(spec),
    diskName: 'base.qcow2',
    source: { url: spec.source.url, checksum: spec.source.checksum },
    packages: spec.packages.join(' '),
    timezone: spec.timezone,
  };
}

/** What node.pkr.hcl.hbs may see. */
export function buildNodeView(spec: ImageSpec): View {
  const { nodeadm } = spec;
  return {
    ...buildMachineView(spec),
    diskName: `${spec.name}.qcow2`,
    baseImageDefault: spec.source.kind === 'cloudImage' ? '../base/output/base.qcow2' : 'base.qcow2',
    arch: spec.arch,
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
  };
}

/** What README.md.hbs may see. */
export function buildReadmeView(spec: ImageSpec): View {
  return {
    name: spec.name,
    base: spec.source.kind === 'cloudImage',
    mirror: spec.nodeadm.artifacts.kind === 'mirror',
    kubernetes: spec.kubernetes,
    nodeadm: spec.nodeadm.version,
    disk: `output/${spec.name}.qcow2`,
    flat: `${spec.name}.qcow2`,
  };
}

function buildMachineView(spec: ImageSpec): View {
  return {
    name: spec.name,
    packerVersion: packerPins.packer,
    qemuPlugin: packerPins.qemu,
    buildUser,
    uefi: spec.build.firmware === 'uefi',
    build: { cpus: spec.build.cpus, memoryMiB: spec.build.memoryMiB },
    machine: { ...buildMachines[spec.arch] },
    diskSize: `${spec.disk.sizeGiB}G`,
    sshTimeout: `${spec.build.sshTimeoutMinutes}m`,
  };
}

/** Where AWS publishes nodeadm; China has its own host (eks-hybrid, internal/aws/manifest.go). */
function assetsUrl(region: string): string {
  return region.startsWith('cn-')
    ? 'https://eks-hybrid-assets.awsstatic.cn'
    : 'https://hybrid-assets.eks.amazonaws.com';
}
