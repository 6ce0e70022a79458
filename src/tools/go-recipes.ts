/** One program built from the Go module proxy: a folder of `tools/go` and what to build in it. */
export interface GoRecipe {
  tool: string;
  version: string;
  /** Below `tools/go`; its go.mod names the module version and go.sum pins every byte that is compiled. */
  folder: string;
  /** Import paths; `tool` is every tool of the go.mod. */
  packages: string;
  /** `-X` settings: variable → value. */
  variables: Readonly<Record<string, string>>;
  /**
   * Needs a C compiler. Linked statically, so that one binary runs on every guest whatever its libc; smart cards (PKCS #11), which need
   * the guest's own libc, are not for such a build.
   */
  cgo?: true;
  /** All programs of the build, packed as a .tgz with them at its root. */
  archive?: true;
  /** Module, as a package URL names it. */
  module: string;
}

const eksHybrid = 'github.com/aws/eks-hybrid';

/** The exact flags are part of a built tool's key: a change here is a rebuild there. */
export const goRecipes: readonly GoRecipe[] = [
  plain('packer', '1.16.0', 'github.com/hashicorp/packer', 'github.com/hashicorp/packer'),
  plain(
    'packer-plugin-qemu',
    '1.0.9',
    'github.com/hashicorp/packer-plugin-qemu',
    'github.com/hashicorp/packer-plugin-qemu',
  ),
  plain(
    'packer-plugin-vsphere',
    '1.4.2',
    'github.com/hashicorp/packer-plugin-vsphere',
    'github.com/hashicorp/packer-plugin-vsphere',
  ),
  {
    ...plain('nodeadm', '1.0.19', eksHybrid, `${eksHybrid}/cmd/nodeadm`),
    variables: {
      [`${eksHybrid}/cmd/nodeadm/version.GitVersion`]: 'v1.0.19',
      // As AWS's own build has it; without it nodeadm finds no release manifest (facts/join-lab.md).
      [`${eksHybrid}/internal/aws.manifestUrl`]: 'https://hybrid-assets.eks.amazonaws.com/manifest.yaml',
    },
  },
  {
    ...plain('govc', '0.56.0', 'github.com/vmware/govmomi', '.'),
    variables: { 'github.com/vmware/govmomi/cli/flags.BuildVersion': 'v0.56.0' },
  },
  { ...plain('vcsim', '0.56.0', 'github.com/vmware/govmomi', '.'), variables: { 'main.buildVersion': 'v0.56.0' } },
  ...kubernetes('1.34.2'),
  ...kubernetes('1.34.3'),
  {
    ...plain('cni-plugins', '1.8.0', 'github.com/containernetworking/plugins', 'tool'),
    variables: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': 'v1.8.0' },
    archive: true,
  },
  {
    ...plain(
      'ecr-credential-provider',
      '1.34.0',
      'k8s.io/cloud-provider-aws',
      'k8s.io/cloud-provider-aws/cmd/ecr-credential-provider',
    ),
    variables: { 'k8s.io/component-base/version.gitVersion': 'v1.34.0', 'main.gitVersion': 'v1.34.0' },
  },
  {
    ...plain(
      'aws-iam-authenticator',
      '0.7.5',
      'sigs.k8s.io/aws-iam-authenticator',
      'sigs.k8s.io/aws-iam-authenticator/cmd/aws-iam-authenticator',
    ),
    variables: { 'sigs.k8s.io/aws-iam-authenticator/pkg.Version': 'v0.7.5' },
  },
  {
    ...plain(
      'aws_signing_helper',
      '1.4.0',
      'github.com/aws/rolesanywhere-credential-helper',
      'github.com/aws/rolesanywhere-credential-helper',
    ),
    folder: 'aws-signing-helper',
    variables: { 'github.com/aws/rolesanywhere-credential-helper/cmd.Version': '1.4.0' },
    cgo: true,
  },
];

export function findRecipe(tool: string, version: string): GoRecipe | undefined {
  return goRecipes.find((recipe) => recipe.tool === tool && recipe.version === version);
}

function plain(tool: string, version: string, module: string, packages: string): GoRecipe {
  return { tool, version, module, folder: tool, packages, variables: {} };
}

function kubernetes(version: string): GoRecipe[] {
  const [major = '', minor = ''] = version.split('.');
  const variables: Record<string, string> = {};
  for (const target of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
    variables[`${target}.gitVersion`] = `v${version}`;
    variables[`${target}.gitMajor`] = major;
    variables[`${target}.gitMinor`] = minor;
    variables[`${target}.gitTreeState`] = 'clean';
  }
  return ['kubelet', 'kubectl'].map((tool) => ({
    ...plain(tool, version, 'k8s.io/kubernetes', `k8s.io/kubernetes/cmd/${tool}`),
    folder: `kubernetes-${version}`,
    variables,
  }));
}
