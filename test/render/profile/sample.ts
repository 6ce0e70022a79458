import type { ImageSpec, OsFamily } from '../../../src/catalog/image-spec.ts';
import { emptyProfile, type Profile } from '../../../src/catalog/profile.ts';
import { builtinCells } from '../cells.ts';

/** A certificate of nobody's; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256, valid until 2126. */
export const sampleCertificate = `-----BEGIN CERTIFICATE-----
MIIBqzCCAVGgAwIBAgIUKbjunO9BkRNJkQVWivvhYtFpJmwwCgYIKoZIzj0EAwIw
KjEoMCYGA1UEAwwfaHlicmlkLW5vZGUtZmFjdG9yeSBzYW1wbGUgcm9vdDAgFw0y
NjExMjExNDExNDVaGA8yMTI2MTAyODE0MTE0NVowKjEoMCYGA1UEAwwfaHlicmlk
LW5vZGUtZmFjdG9yeSBzYW1wbGUgcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABCBtiug1B+WoD9iUo7mzJcdrLe0jYG56PcYPFqaKuYT8A5t5/oCqla4EdZUQ
Stz93k+qdQRRdGqNKAZNN+mez0WjUzBRMB0GA1UdDgQWBBQQ6zuNvegiqzNFKQ2W
awGbpaejhTAfBgNVHSMEGDAWgBQQ6zuNvegiqzNFKQ2WawGbpaejhTAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIAMWzyjWFKZShE5+mIw7vgSa5bLK
8CB5eS+1HMOJ6dY5AiEAkG3VesHhtzav5AwDNJWYbe32RXwTACeeLffV90Ziki0=
-----END CERTIFICATE-----
`;

const sum = 'ab'.repeat(32);

/** Every field set. */
export const fullProfile: Profile = {
  proxy: {
    http: 'http://proxy.corp:3128',
    https: 'http://proxy.corp:3129',
    noProxy: ['10.0.0.0/8', '172.20.0.0/16', 'mirror.corp', '.internal'],
  },
  caCertificates: [{ name: 'corp-root', pem: sampleCertificate }],
  mirrors: {
    apt: 'http://mirror.corp/archive',
    aptSecurity: 'http://mirror.corp/security',
    dnf: [
      {
        id: 'corp-baseos',
        baseurl: 'https://mirror.corp/$releasever/baseos/$basearch',
        gpgkey: 'https://mirror.corp/key',
      },
      { id: 'corp-appstream', baseurl: 'https://elsewhere.example/appstream', gpgkey: null },
    ],
    docker: 'https://mirror.corp/docker/',
    keep: true,
  },
  ntp: ['time1.corp', '10.0.0.1'],
  kernelArguments: ['isolcpus=1,2', 'hugepages=16', 'transparent_hugepage=never'],
  firewall: 'on',
  cni: 'calico',
  hardening: 'baseline',
  gpu: 'nvidia',
  cpuBaseline: 'x86-64-v3',
  files: [
    { path: '/etc/corp/agent.conf', mode: 0o640, content: 'server = agent.corp\n' },
    { path: "/opt/corp/it's a tool", mode: 0o755, content: '#!/bin/sh\nexit 0\n' },
  ],
  scripts: {
    pre: [
      { name: 'b.sh', content: 'echo first\n' },
      { name: 'a.sh', content: 'echo second\n' },
    ],
    post: [{ name: 'agent', content: '#!/bin/sh\necho last\n' }],
  },
  preload: [
    { reference: 'registry.k8s.io/pause:3.10', from: { kind: 'registry' } },
    {
      reference: 'public.ecr.aws/eks/cilium/cilium:v1.18.5-0',
      from: { kind: 'archive', url: '/srv/cilium.tar', sha256: sum },
    },
  ],
};

/** A cell of that family, with SSM where it has it: there the agent's files differ. */
export function sampleSpec(family: OsFamily, profile: Partial<Profile> = fullProfile): ImageSpec {
  const cells = builtinCells.filter((spec) => spec.os.family === family && spec.builder === 'qemu');
  const cell = cells.find((spec) => spec.provider === 'ssm' && spec.source.kind === 'cloudImage') ?? cells[0];
  if (cell === undefined) throw new Error(`no cell of ${family}`);
  const nodeadm: ImageSpec['nodeadm'] =
    family === 'al2023' ? cell.nodeadm : { ...cell.nodeadm, containerdSource: 'docker' };
  return { ...cell, nodeadm, keyboard: 'de', profile: { ...emptyProfile, ...profile } };
}
