import { baseIdentity, imageIdentity, nodeIdentity } from '../../catalog/identity.ts';
import type { ImageSpec } from '../../catalog/image-spec.ts';
import { type BasePlan, planBase } from '../../lab/base/plan.ts';
import type { BaseTemplates } from '../../lab/base/templates.ts';
import { identityTexts } from '../../render/identity-texts.ts';
import type { TemplateSet } from '../../render/template-set.ts';
import { pinnedVersions } from '../../tools/table.ts';

/** Names of what a build makes, each the SHA-256 of everything it depends on. */
export interface Identities {
  /** The installed operating system: knows no Kubernetes version. */
  base: string;
  /** The sealed disk. */
  node: string;
  /** The image with the hardware its OVA asks for. */
  image: string;
}

/** Pure: equal inputs, equal names, on every machine. */
export function computeIdentities(spec: ImageSpec, templates: TemplateSet, lab: BaseTemplates): Identities {
  const texts = identityTexts(spec, templates);
  const plan = planBootstrap(spec, lab);
  const baseTexts = plan === undefined ? texts.base : { 'lab base': plan.identity };
  const base = baseIdentity({ spec, templates: baseTexts, tools: {} });
  const parts = { spec, templates: texts.node, tools: guestTools() };
  return {
    base,
    node: nodeIdentity({ ...parts, base }),
    image: imageIdentity({ ...parts, templates: { ...baseTexts, ...texts.node } }),
  };
}

/** How the base of a bootstrap image is made; undefined for other sources. */
export function planBootstrap(spec: ImageSpec, lab: BaseTemplates): BasePlan | undefined {
  if (spec.source.kind !== 'bootstrap') return undefined;
  const { suite, mirror, packages } = spec.source;
  const extraPackages = [...new Set([...packages, ...spec.packages])].sort();
  return planBase({ suite, arch: 'amd64', mirror, diskGiB: spec.disk.sizeGiB, extraPackages }, lab);
}

/** Versions of what goes into the guest; Packer and QEMU only carry it there. kubelet's and nodeadm's are in the spec. */
function guestTools(): Record<string, string> {
  const versions = pinnedVersions();
  return {
    'aws-iam-authenticator': versions['aws-iam-authenticator'],
    aws_signing_helper: versions.aws_signing_helper,
    'cni-plugins': versions['cni-plugins'],
    'ecr-credential-provider': versions['ecr-credential-provider'],
  };
}
