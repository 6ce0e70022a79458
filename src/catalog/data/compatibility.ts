import type { CompatibilityRow } from '../compatibility.ts';
import { testedMinors } from '../kubernetes-versions.ts';

const nodeadmRepo = 'aws/eks-hybrid v1.0.20';
const guide = 'https://docs.aws.amazon.com/eks/latest/userguide';

/** nodeadm 1.0.3 refused the pair; 1.0.4 installs it again (pull/309, /480) and says nothing, and AWS's guide still excludes it. */
const signingHelperSources = `${guide}/hybrid-nodes-os.html; https://github.com/aws/rolesanywhere-credential-helper/issues/90; https://github.com/aws/eks-hybrid/pull/309`;

function oldGlibc(system: string): string {
  return `AWS does not support IAM Roles Anywhere on ${system}, whose glibc is older than the 2.32 that its signing helper needs: use SSM`;
}

function ownHelper(system: string): string {
  return `AWS does not support IAM Roles Anywhere on ${system}: only the signing helper that hnf builds for its mirror, which is linked statically, runs there`;
}

/**
 * What is known of operating systems, Kubernetes, nodeadm, containerd, CNI and processors together. Every row has where it was read and
 * when. Rows with `operating-system` decide an image's status; `refused` beats all; a `caveat` is told beside it.
 */
export const compatibility: readonly CompatibilityRow[] = [
  {
    id: 'ubuntu-current',
    about: 'operating-system',
    when: { family: 'ubuntu', versions: ['22.04', '24.04'] },
    status: 'validated',
    reason: "on AWS's list for hybrid nodes, and in nodeadm's own tests on amd64 and arm64",
    source: `${guide}/hybrid-nodes-os.html; ${nodeadmRepo} test/e2e/os`,
    date: '2026-08-20',
  },
  {
    id: 'ubuntu-20.04',
    about: 'operating-system',
    when: { family: 'ubuntu', versions: ['20.04'] },
    status: 'works',
    reason: "on AWS's list, but its standard support ended in May 2025 and nodeadm's own tests dropped it",
    source: `${guide}/hybrid-nodes-os.html; ${nodeadmRepo} test/e2e/os`,
    date: '2026-08-20',
    doubt: 'the end of support is from press reports; ubuntu.com/about/release-cycle could not be read',
  },
  {
    id: 'rhel-9',
    about: 'operating-system',
    when: { family: 'rhel', versions: ['9'] },
    status: 'validated',
    reason: "on AWS's list for hybrid nodes, and in nodeadm's own tests",
    source: `${guide}/hybrid-nodes-os.html; ${nodeadmRepo} test/e2e/os`,
    date: '2026-08-20',
  },
  {
    id: 'rhel-8',
    about: 'operating-system',
    when: { family: 'rhel', versions: ['8'] },
    status: 'works',
    reason: "on AWS's list, but its full support ended in May 2024 and nodeadm's own tests dropped it",
    source: `${guide}/hybrid-nodes-os.html; ${nodeadmRepo} test/e2e/os`,
    date: '2026-08-20',
    doubt:
      'the end of full support is from general knowledge; access.redhat.com/support/policy/updates/errata could not be read',
  },
  {
    id: 'al2023',
    about: 'operating-system',
    when: { family: 'al2023' },
    status: 'validated',
    reason: "on AWS's list for virtual machines on premises, though AWS Support does not cover AL2023 outside EC2",
    source: `${guide}/hybrid-nodes-os.html; ${nodeadmRepo} test/e2e/os`,
    date: '2026-08-20',
  },
  {
    id: 'debian',
    about: 'operating-system',
    when: { family: 'debian' },
    status: 'works',
    reason: "Debian is not on AWS's list of systems for hybrid nodes; this image is for labs and tests",
    source: `${guide}/hybrid-nodes-os.html`,
    date: '2026-08-20',
  },
  {
    id: 'kubernetes-tested',
    about: 'kubernetes',
    when: { kubernetes: testedMinors },
    status: 'validated',
    reason: "minor versions 1.30 to 1.36 are in nodeadm's own tests",
    source: `${nodeadmRepo} hybrid-nodes-cdk/lib/constants.ts`,
    date: '2026-08-20',
  },
  {
    id: 'rhel-distro-containerd',
    about: 'containerd',
    when: { family: 'rhel', containerd: ['distro'] },
    status: 'refused',
    reason: 'RHEL has no containerd package; nodeadm refuses it',
    source: `${nodeadmRepo} internal/containerd/install.go`,
    date: '2026-08-20',
  },
  {
    id: 'al2023-docker-containerd',
    about: 'containerd',
    when: { family: 'al2023', containerd: ['docker'] },
    status: 'refused',
    reason: 'Docker publishes no repository for AL2023; nodeadm refuses it',
    source: `${nodeadmRepo} internal/containerd/install.go`,
    date: '2026-08-20',
  },
  {
    id: 'debian-docker-containerd',
    about: 'containerd',
    when: { family: 'debian', containerd: ['docker'] },
    status: 'refused',
    reason: "nodeadm writes Ubuntu's Docker repository with Debian's release name, which does not exist",
    source: `${nodeadmRepo} internal/packagemanager/packagemanager.go`,
    date: '2026-08-20',
  },
  {
    id: 'debian-ssm',
    about: 'provider',
    when: { family: 'debian', provider: ['ssm'] },
    status: 'refused',
    reason:
      "nodeadm's SSM steps know Ubuntu, RHEL and AL2023 only; on Debian 'nodeadm uninstall' waits for snap for ever",
    source: `${nodeadmRepo} internal/ssm/daemon.go`,
    date: '2026-08-20',
  },
  {
    id: 'nodeadm-ssm-key',
    about: 'nodeadm',
    when: { provider: ['ssm'], nodeadm: { before: '1.0.19' } },
    status: 'refused',
    reason: 'the key with which it checks the SSM agent expired on 2026-07-15',
    source: 'https://github.com/aws/eks-hybrid/issues/863',
    date: '2026-07-21',
  },
  {
    id: 'iam-ra-ubuntu-20.04',
    about: 'signing-helper',
    when: { family: 'ubuntu', versions: ['20.04'], provider: ['iam-ra'], artifacts: 'aws' },
    status: 'refused',
    reason: oldGlibc('Ubuntu 20.04'),
    source: signingHelperSources,
    date: '2026-08-20',
  },
  {
    id: 'iam-ra-rhel-8',
    about: 'signing-helper',
    when: { family: 'rhel', versions: ['8'], provider: ['iam-ra'], artifacts: 'aws' },
    status: 'refused',
    reason: oldGlibc('RHEL 8'),
    source: signingHelperSources,
    date: '2026-08-20',
  },
  {
    id: 'iam-ra-ubuntu-20.04-own-helper',
    about: 'signing-helper',
    when: { family: 'ubuntu', versions: ['20.04'], provider: ['iam-ra'], artifacts: 'mirror' },
    status: 'caveat',
    reason: ownHelper('Ubuntu 20.04'),
    source: signingHelperSources,
    date: '2026-11-21',
  },
  {
    id: 'iam-ra-rhel-8-own-helper',
    about: 'signing-helper',
    when: { family: 'rhel', versions: ['8'], provider: ['iam-ra'], artifacts: 'mirror' },
    status: 'caveat',
    reason: ownHelper('RHEL 8'),
    source: signingHelperSources,
    date: '2026-11-21',
  },
  {
    id: 'cilium-old-kernel',
    about: 'cni',
    when: { family: 'ubuntu', versions: ['20.04'], cni: ['cilium'] },
    status: 'caveat',
    reason: 'kernel 5.4 is too old for Cilium 1.18.3 and newer (5.10): use Cilium 1.17',
    source: `${nodeadmRepo} test/e2e/suite/peered_vpc.go; awsdocs/amazon-eks-user-guide PR #1163`,
    date: '2026-08-20',
  },
  {
    id: 'cilium-rhel-8-kernel',
    about: 'cni',
    when: { family: 'rhel', versions: ['8'], cni: ['cilium'] },
    status: 'caveat',
    reason: 'kernel 4.18 is too old for Cilium 1.18.3 and newer (5.10): use Cilium 1.17',
    source: `${nodeadmRepo} test/e2e/suite/peered_vpc.go; awsdocs/amazon-eks-user-guide PR #1163`,
    date: '2026-08-20',
  },
  {
    id: 'arm64-kube-proxy',
    about: 'processor',
    when: { arch: 'arm64', kubernetes: { from: '1.31' } },
    status: 'caveat',
    reason: 'kube-proxy 1.31 and newer needs ARMv8.2 with the crypto extension: no Cortex-A72, no Raspberry Pi 4',
    source: `${guide}/hybrid-nodes-os.html; awsdocs/amazon-eks-user-guide PR #874`,
    date: '2026-08-20',
  },
  {
    id: 'noble-containerd-apparmor',
    about: 'containerd',
    when: { family: 'ubuntu', versions: ['24.04'], containerd: ['none'] },
    status: 'caveat',
    reason: 'containerd before 1.7.19 leaves pods terminating for ever under the AppArmor of Ubuntu 24.04',
    source: 'https://github.com/aws/eks-hybrid/issues/171; https://bugs.launchpad.net/bugs/2065423',
    date: '2026-08-20',
  },
  {
    id: 'docker-containerd-2.3',
    about: 'containerd',
    when: { containerd: ['docker'], nodeadm: { before: '1.0.20' } },
    status: 'caveat',
    reason:
      "nodeadm before 1.0.20 cannot rewrite the default config of containerd 2.3 and newer, which Docker's repository may give",
    source: 'https://github.com/aws/eks-hybrid/pull/870',
    date: '2026-08-20',
  },
];
