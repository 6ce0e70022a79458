import { z } from 'zod';
import { defaults } from './defaults.ts';
import { SourceUrl } from './schema-source.ts';
import { line, text } from './schema-text.ts';
import { cniNames, cpuBaselines, firewallModes, gpuKinds, hardeningLevels } from './values.ts';

const HttpUrl = text(/^https?:\/\/[^\s/]+(\/\S*)?$/, 'http://… or https://…, without blanks');

export const SiteProxy = z
  .strictObject({
    http: HttpUrl.nullable().optional().describe("Proxy for http, such as 'http://proxy.corp:3128'. Default: none."),
    https: HttpUrl.nullable().optional().describe('Proxy for https. Default: none.'),
    noProxy: z
      .array(text(/^[^\s,]+$/, 'a host name, domain, address or network, without commas and blanks'))
      .optional()
      .describe(
        'What is reached without the proxy: the networks of nodes, pods, services and the VPC belong here. Default: none.',
      ),
  })
  .describe("The site's proxy, written to every place a node's programs read it from. Default: none.")
  .nullable();

export const Certificate = z.strictObject({
  name: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots, hyphens and underscores, at most 64')
    .optional()
    .describe("File name without .crt. Default: the file's own."),
  pem: z.string().max(65_536).optional().describe('One PEM certificate. Default: what stands in file.'),
  file: line(4096).optional().describe('Path of a PEM file, from the folder of this config. Default: none.'),
});

const DnfRepository = z.strictObject({
  id: text(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'letters, digits, dots, colons, hyphens and underscores').describe(
    'Name of the repository.',
  ),
  baseurl: text(/^(https?|file):\/\/\S+$/, 'http://…, https://… or file:///…, without blanks').describe(
    'Address of the repository; dnf variables such as $releasever and $basearch may stand in it.',
  ),
  gpgkey: text(/^(https?|file):\/\/\S+$/, 'http://…, https://… or file:///…, without blanks')
    .nullable()
    .optional()
    .describe('Address of its key. Default: none, and then packages are not verified.'),
});

const Mirrors = z
  .strictObject({
    apt: HttpUrl.nullable()
      .optional()
      .describe("Base address in place of the distribution's archive. Default: the vendor's."),
    aptSecurity: HttpUrl.nullable()
      .optional()
      .describe("Base address in place of the distribution's security archive. Default: the vendor's."),
    dnf: z.array(DnfRepository).optional().describe("Repositories in place of the vendor's. Default: the vendor's."),
    docker: HttpUrl.nullable()
      .optional()
      .describe("Base address of Docker's packages, for containerd from 'docker'. Default: download.docker.com."),
    keep: z
      .boolean()
      .optional()
      .describe(`true leaves the mirrors in the finished image. Default: ${defaults.profile.mirrors.keep}.`),
  })
  .describe('Private package mirrors, used while the image is built.');

const GuestFile = z.strictObject({
  path: text(/^\/[^\p{Cc}]{1,1023}$/u, 'an absolute path in the guest').describe('Absolute path in the guest.'),
  mode: text(/^0?[0-7]{3,4}$/, "an octal mode in quotes, such as '0644'")
    .optional()
    .describe("Mode, octal and in quotes. Default: '0644'."),
  content: z.string().max(1_048_576).optional().describe('The text. Default: what stands in file.'),
  file: line(4096).optional().describe('Path of a text file, from the folder of this config. Default: none.'),
});

const Hook = z.strictObject({
  name: text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, dots, hyphens and underscores, at most 64')
    .optional()
    .describe("Name of the script, such as '10-agent.sh'. Default: the file's own."),
  content: z.string().max(1_048_576).optional().describe('The script. Default: what stands in file.'),
  file: line(4096).optional().describe('Path of a script, from the folder of this config. Default: none.'),
});

const PreloadedImage = z.strictObject({
  reference: text(
    /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    "a full image reference with its registry, such as 'registry.k8s.io/pause:3.10'",
  ).describe('Full reference the node will ask for.'),
  url: SourceUrl.optional().describe(
    'OCI or docker archive with it: https://…, file:///… or an absolute path. Default: pulled from its registry while the image is built.',
  ),
  sha256: text(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits')
    .optional()
    .describe('SHA-256 of the archive. Default: none; required beside a url.'),
});

/** What an organisation adds to all its images; `catalog/profile.ts` has the complete form. */
export const profileSettings = z
  .strictObject({
    proxy: SiteProxy.optional(),
    caCertificates: z
      .array(Certificate)
      .optional()
      .describe("PEM certificates added to the system's trust store, each by pem or by file. Default: none."),
    mirrors: Mirrors.optional(),
    ntp: z.array(line(253)).optional().describe("NTP servers. Default: the distribution's."),
    kernelArguments: z
      .array(text(/^[^\s"'`\\\p{Cc}]{1,255}$/u, 'one kernel argument, without blanks and quotes'))
      .optional()
      .describe("Arguments added to the kernel's command line. Default: none."),
    firewall: z
      .enum(firewallModes)
      .optional()
      .describe(
        `'on' opens exactly the ports SSH, kubelet and the CNI need, 'off' does not enable the firewall, 'vendor' leaves it. Default: '${defaults.profile.firewall}'.`,
      ),
    cni: z.enum(cniNames).optional().describe(`Whose ports 'firewall: on' opens. Default: '${defaults.profile.cni}'.`),
    hardening: z
      .enum(hardeningLevels)
      .optional()
      .describe(
        `'baseline': settings after the CIS benchmarks that do not hurt a node. Default: '${defaults.profile.hardening}'.`,
      ),
    gpu: z
      .enum(gpuKinds)
      .optional()
      .describe(`'nvidia': driver and container toolkit. Default: '${defaults.profile.gpu}'.`),
    cpuBaseline: z
      .enum(cpuBaselines)
      .nullable()
      .optional()
      .describe("Least processor the nodes have. Default: the distribution's own."),
    files: z.array(GuestFile).optional().describe('Files put into the guest, owner root. Default: none.'),
    scripts: z
      .strictObject({
        pre: z
          .array(Hook)
          .optional()
          .describe("Shell scripts run as root before nodeadm's part, in this order. Default: none."),
        post: z
          .array(Hook)
          .optional()
          .describe("Shell scripts run as root after nodeadm's part, before sealing. Default: none."),
      })
      .optional()
      .describe('Hooks of your own.'),
    preload: z
      .array(PreloadedImage)
      .optional()
      .describe('Container images loaded into containerd, so that a node gets ready without pulling. Default: none.'),
  })
  .describe('What an organisation adds to every image it makes.');
export type WrittenProfile = z.infer<typeof profileSettings>;
