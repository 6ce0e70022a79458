import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHnf } from '../helpers/run-cli.ts';

interface Wrong {
  config?: Record<string, unknown>;
  env?: Record<string, string>;
  /** The image asked for; default `web`. */
  image?: string;
  options?: readonly string[];
  /** What is there, what is accepted, and what to do next. */
  says: readonly (string | RegExp)[];
  /** Refused when it is built: it can still be rendered and looked at. */
  only?: 'build';
}

const ofImage = (image: Record<string, unknown>) => ({ images: { web: image } });
const url = 'https://example.org/x.iso';
const partitions = (...list: readonly [mount: string, sizeGiB: number][]) =>
  ofImage({
    extends: 'rhel9',
    disk: { sizeGiB: 20, partitions: list.map(([mount, sizeGiB]) => ({ mount, sizeGiB })) },
  });

/** Wrong pairs and values, each as a person would write it. */
const cases: Readonly<Record<string, Wrong>> = {
  'RHEL and distro containerd': {
    config: ofImage({ extends: 'rhel9', nodeadm: { containerdSource: 'distro' } }),
    says: ["containerd from 'distro' does not work on RHEL", 'accepted: docker, none. Use docker or none'],
  },
  'RHEL and distro containerd, from the top of the config': {
    config: { nodeadm: { containerdSource: 'distro' } },
    image: 'rhel8',
    says: ["containerd from 'distro' does not work on RHEL", 'accepted: docker, none. Use docker or none'],
  },
  'AL2023 and containerd from Docker': {
    config: ofImage({ extends: 'al2023', nodeadm: { containerdSource: 'docker' } }),
    says: ["containerd from 'docker' does not work on Amazon Linux 2023", 'accepted: distro, none'],
  },
  'an unsupported Kubernetes version': {
    image: 'ubuntu24',
    options: ['--kubernetes', '1.27'],
    says: ["Kubernetes '1.27' is not supported; accepted: 1.30 to 1.36", "such as '1.34.2'"],
  },
  'an unsupported Kubernetes version, from the environment': {
    image: 'ubuntu24',
    env: { K8S_VERSION: '1.99.0' },
    says: ['environment variable K8S_VERSION', "'1.99.0' is not supported; accepted: 1.30 to 1.36"],
  },
  'a Kubernetes version that is none': {
    image: 'ubuntu24',
    options: ['--kubernetes', 'latest'],
    says: ["kubernetes: 'latest' is not accepted; accepted: major.minor", 'Correct --kubernetes'],
  },
  'SSM where nodeadm cannot do it': {
    config: ofImage({ extends: 'debian12-lab', provider: 'ssm' }),
    says: ["'ssm' does not work on Debian", 'accepted: iam-ra. Use iam-ra'],
  },
  'iam-ra where its helper does not run': {
    image: 'ubuntu20',
    options: ['--provider', 'iam-ra'],
    only: 'build',
    says: ["needs another provider than 'iam-ra'", "Use provider 'ssm' or a newer system"],
  },
  'arm64 on a vSphere builder': {
    image: 'ubuntu24',
    options: ['--arch', 'arm64', '--builder', 'vsphere-iso'],
    says: ["'arm64' cannot be built by vsphere-iso", 'accepted: amd64. Use --builder qemu for arm64, or --arch amd64'],
  },
  'arm64 on vSphere, from the environment': {
    image: 'rhel9',
    env: { NODEADM_ARCH: 'arm' },
    options: ['--platform', 'vsphere'],
    says: ["'arm64' cannot be built by vsphere-iso", 'accepted: amd64'],
  },
  'a builder that starts from something else': {
    image: 'ubuntu24',
    options: ['--builder', 'vsphere-clone', '--source', 'iso'],
    says: ["'vsphere-clone' starts from cloud-image", 'accepted: qemu, vsphere-iso'],
  },
  'the checksum none': {
    config: ofImage({ extends: 'ubuntu24', source: { kind: 'iso', url, checksum: 'none' } }),
    says: ["'none' leaves what was downloaded unchecked", "accepted: 'sha256:' and 64", '--allow-unverified insists'],
  },
  'the checksum none, from the environment': {
    image: 'ubuntu24',
    env: { ISO_URL: url, ISO_CHECKSUM: 'none' },
    says: ['environment variable ISO_CHECKSUM', 'accepted: its SHA-256', '--allow-unverified goes without'],
  },
  'no checksum': {
    config: { iso: { url } },
    image: 'ubuntu24',
    says: [`'${url}' comes without a checksum; accepted: a file whose SHA-256 is known`, 'Give iso.checksum'],
  },
  'a checksum of another kind': {
    config: { iso: { url, checksum: 'md5:0123' } },
    image: 'ubuntu24',
    says: ["'md5:0123' is not accepted; accepted: 'sha256:' and 64 hexadecimal digits"],
  },
  'an address without a host': {
    config: { iso: { url: 'https:///x.iso', checksum: `sha256:${'0'.repeat(64)}` } },
    image: 'ubuntu24',
    says: ["'https:///x.iso' is no address; accepted: http:// or https://, a host"],
  },
  'a password': {
    config: { vsphere: { password: 'hunter2' } },
    image: 'ubuntu24',
    says: [
      'vsphere.password: a secret in the config file is refused',
      'set VSPHERE_PASSWORD, or VSPHERE_PASSWORD_FILE',
    ],
  },
  'a password hnf has no use for': {
    config: ofImage({ extends: 'ubuntu24', rootPassword: 'hunter2' }),
    says: ['images.web.rootPassword: a secret in the config file is refused', 'Remove it: what hnf needs comes from'],
  },
  'a password in an address': {
    config: { profile: { proxy: { http: 'http://me:hunter2@proxy:3128' } } },
    image: 'ubuntu24',
    says: ['holds a user name or a password; accepted: an address without', 'Remove them'],
  },
  'a password for users': {
    config: { userdata: { cloudConfig: { chpasswd: { list: 'root:hunter2' } } } },
    image: 'ubuntu24',
    says: ['holds a password or a private key (chpasswd.list)', 'name that with cloudConfigFile'],
  },
  'a boot command with a tag that is not closed': {
    config: ofImage({ extends: 'ubuntu24', build: { bootCommand: ['linux autoinstall ---<enter'] } }),
    says: ['a < or > belongs to no tag', "accepted: Packer's grammar, every tag closed"],
  },
  'a boot command with a tag that there is none of': {
    config: ofImage({ extends: 'rhel9', build: { bootCommand: ['<up><entr>'] } }),
    says: ["<entr> is no key Packer knows; did you mean 'enter'?", "accepted: Packer's grammar"],
  },
  'a boot command that holds a key for ever': {
    config: ofImage({ extends: 'rhel9', build: { bootCommand: ['<leftShiftOn>a', '<rightCtrlOff>'] } }),
    says: ['<leftshiftOn> is never followed by <leftshiftOff>', '<rightctrlOff> lets go of a key that is not held'],
  },
  'a boot command with a template that is not closed': {
    config: ofImage({ extends: 'rhel9', build: { bootCommand: ['{{ .HTTPIP <enter>'] } }),
    says: ["'{{' is not closed by '}}'; accepted: Packer's grammar"],
  },
  'partitions over the disk': {
    config: partitions(['/var', 12], ['/var/log', 10]),
    says: [
      "/var 12 GiB, /var/log 10 GiB are 22 GiB, which do not fit on a disk of 20 GiB beside 1282 MiB for booting and at least 8 GiB for '/'",
      'accepted: a disk of 32 GiB or more, or at most 10 GiB of partitions on this one. Set disk.sizeGiB to 32 or more',
    ],
  },
  'partitions that are none': {
    config: partitions(['var/log', 1], ['/etc', 1], ['swap', 1.5]),
    says: [
      "'var/log' is no absolute path; accepted: /home, /opt",
      "'/etc' cannot be a file system of its own here",
      'kubelet does not start beside it',
      '1.5 is no size; accepted: whole GiB, 1 to 2048',
    ],
  },
  'partitions of an image that is not installed': {
    config: ofImage({ extends: 'al2023', disk: { partitions: [{ mount: '/home', sizeGiB: 1 }] } }),
    says: ["'/home 1 GiB' cannot be made: a cloud image has", 'accepted: for images from the installer ISO', 'Remove'],
  },
  'a disk that is too small': {
    config: ofImage({ extends: 'ubuntu24', disk: { sizeGiB: 5 } }),
    says: ['5 GiB are too few', 'accepted: at least 12. Use 12 or more'],
  },
  'a time zone that there is none of': {
    config: { timezone: 'Europe/Berln' },
    image: 'ubuntu24',
    says: ["unknown time zone 'Europe/Berln'; accepted: a name of the tz database", "did you mean 'Europe/Berlin'?"],
  },
  'a locale that there is none of': {
    config: { locale: 'de_DE' },
    image: 'ubuntu24',
    says: ["unknown locale 'de_DE'; accepted: a UTF-8 locale", "did you mean 'de_DE.UTF-8'?"],
  },
  'a keyboard that there is none of': {
    config: { keyboard: 'klingon' },
    image: 'rhel9',
    says: ["unknown keyboard layout 'klingon'; accepted: a layout of XKB without a variant, such as us or de"],
  },
  'an NTP server that is no host': {
    config: { profile: { ntp: ['time_1.example.org'] } },
    image: 'ubuntu24',
    says: ["'time_1.example.org' is no host; accepted: a host name or an address"],
  },
  'a proxy that is no host': {
    config: { profile: { proxy: { http: 'http://-proxy:3128' } } },
    image: 'ubuntu24',
    says: ["'http://-proxy:3128' has no host name; accepted: letters, digits, hyphens and dots", 'Write it as'],
  },
  'a vCenter that is no host': {
    config: { vsphere: { server: '-vcenter' } },
    image: 'ubuntu24',
    says: ["'-vcenter' is no host; accepted: a host name or an address, with :port"],
  },
  'a vCenter that is no host, from the environment': {
    env: { VSPHERE_SERVER: 'vcenter:99999' },
    image: 'ubuntu24',
    says: ["environment variable VSPHERE_SERVER: vsphere.server: 'vcenter:99999' is no host; accepted:"],
  },
  'an ESXi host that is none': {
    config: { vsphere: { esxiHost: 'folder/-x' } },
    image: 'ubuntu24',
    says: ["'folder/-x' is no host; accepted: the name or address of a host as the vCenter shows it"],
  },
  'text that breaks the answers': {
    config: { timezone: 'Etc/UTC\n%end\n%post', keyboard: "us'; id; '", locale: '$(id)' },
    image: 'rhel9',
    says: [
      "unknown time zone 'Etc/UTC\\u000a%end\\u000a%post'",
      "unknown keyboard layout 'us'; id; ''",
      "locale '$(id)'",
    ],
  },
  'text that no file can have': {
    config: { profile: { files: [{ path: '/etc/x', content: 'a\0b' }] }, vsphere: { folder: 'a\nb' } },
    image: 'ubuntu24',
    says: ['profile.files[0].content: has a NUL character', 'accepted: text', "'a\\u000ab' is not accepted"],
  },
};

describe('bad input', () => {
  it.each(Object.entries(cases))('%s: refused by each command before anything starts', async (_, wrong) => {
    const { config = {}, env = {}, image = 'web', options = [], says, only } = wrong;
    const { cwd } = await runHnf(['--help']);
    writeFileSync(join(cwd, 'images.config.json'), JSON.stringify(config));
    const commands = [
      ['image', 'build', image, '--dry-run', ...options],
      ['image', 'build', image, ...options],
      ...(only === 'build'
        ? []
        : [
            ['image', 'render', image, ...options],
            ['config', 'check', image, ...options],
          ]),
    ];
    for (const command of commands) {
      const run = await runHnf(command, { cwd, env: { HNF_CACHE_DIR: join(cwd, 'cache'), ...env } });
      expect([command, run.exitCode, run.stdout]).toEqual([command, 2, '']);
      for (const words of says) expect(run.stderr).toMatch(words instanceof RegExp ? words : asPattern(words));
      expect(run.stderr).not.toContain('hunter2');
      expect(readdirSync(cwd)).toEqual(['images.config.json']);
    }
  });

  it('validate says why, of images that were named and of all', async () => {
    const { cwd } = await runHnf(['--help']);
    writeFileSync(join(cwd, 'images.config.json'), JSON.stringify(cases['RHEL and distro containerd']?.config));
    const validate = (...args: string[]) => runHnf(['image', 'validate', ...args], { cwd });
    const own = await validate('web');
    expect([own.exitCode, own.stdout]).toEqual([2, '']);
    expect(own.stderr).toMatch(
      /every cell that is meant is refused\n {2}images\.config\.json:\S+ images\.web\.nodeadm/,
    );
    const arm = await validate('ubuntu24', '--arch', 'arm64', '--platform', 'vsphere');
    expect(arm.exitCode).toBe(2);
    expect(arm.stderr).toMatch(/no cell of the catalog is meant\n.*'arm64' cannot be built by vsphere-iso/);
    const all = await validate('--all', '--kubernetes', '1.27');
    expect(all.exitCode).toBe(2);
    expect(all.stderr.match(/Kubernetes '1\.27' is not supported; accepted: 1\.30 to 1\.36/g)).toHaveLength(1);
    expect(readdirSync(cwd)).toEqual(['images.config.json']);
  });
});

function asPattern(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
