import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImageSpec, OsFamily } from '../../../src/catalog/image-spec.ts';
import { emptyProfile, type Profile } from '../../../src/catalog/profile.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderProfile } from '../../../src/render/profile/render-profile.ts';
import { needTime } from '../../helpers/need-tools.ts';
import { sampleCertificate, sampleSpec } from '../../render/profile/sample.ts';
import { type DebianGuest, makeDebianGuest } from './debian-guest.ts';
import { type SiteProxy, startSiteProxy } from './site-proxy.ts';

const templates = loadTemplates(packageRoot());

/** One for all tests, put back before each. */
let guest: DebianGuest;
let proxy: SiteProxy;

/** As Packer leaves it behind: below /tmp, whoever owns it. */
function upload(family: OsFamily, profile: Partial<Profile>, changes: Partial<ImageSpec> = {}): void {
  const spec = { ...sampleSpec(family, profile), keyboard: 'us', ...changes };
  for (const { path, content } of renderProfile(spec, templates)) guest.write(`tmp/${path}`, content, 0o644);
}

async function apply(step: string, options: { network?: boolean } = {}): Promise<string> {
  const run = await guest.run('apply-profile.sh', { HNF_STEP: step }, options);
  expect([run.exitCode, run.stderr], `${step}: ${run.stdout}${run.stderr}`).toEqual([0, expect.anything()]);
  return run.stdout;
}

async function applyAll(...steps: readonly string[]): Promise<void> {
  for (const step of steps) await apply(step);
}

/** What the system is, for scripts that ask. */
function be(id: string, version: string, codename = ''): void {
  guest.remove('etc/os-release');
  guest.write('etc/os-release', `ID=${id}\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\n`);
}

/** Stands for a boot loader's update: the settings are read as the real one reads them, the menu is two lines. */
const updateGrub = `#!/bin/sh
. /etc/default/grub
for file in /etc/default/grub.d/*.cfg; do [ ! -e "$file" ] || . "$file"; done
mkdir -p /boot/grub
for kernel in 6.1.0-1 6.1.0-2; do
  echo "	linux	/vmlinuz-$kernel root=UUID=1 ro $GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT"
done >/boot/grub/grub.cfg
`;

const sources = `# a comment
deb http://deb.debian.org/debian bookworm main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg arch=amd64] http://deb.debian.org/debian bookworm-updates main contrib
deb http://deb.debian.org/debian-security bookworm-security main
deb [arch=amd64] https://download.docker.com/linux/debian bookworm stable
`;

describe('integration/render/apply-profile', () => {
  beforeAll(async () => {
    proxy = await startSiteProxy({ 'mirror.test': 'deb.debian.org' });
  });
  afterAll(async () => {
    await proxy.stop();
    guest?.remove('');
  });

  beforeEach(async (context) => {
    needTime(context);
    guest ??= await makeDebianGuest(context);
    await guest.reset();
    guest.write('usr/local/sbin/update-grub', updateGrub, 0o755);
    guest.write('etc/default/grub', 'GRUB_CMDLINE_LINUX="console=ttyS0"\nGRUB_CMDLINE_LINUX_DEFAULT=""\n');
    await guest.sh('ssh-keygen -A');
  });

  it('sends everything through the proxy and the mirrors, and seals the mirrors away', async () => {
    guest.write('etc/apt/sources.list', sources);
    guest.write('etc/apt/sources.list.d/debian.sources', deb822);
    const { apt, aptSecurity } = {
      apt: 'http://mirror.test/debian',
      aptSecurity: 'http://mirror.test/debian-security',
    };
    upload('debian', {
      proxy: { http: proxy.url, https: proxy.url, noProxy: ['10.0.0.0/8'] },
      mirrors: { ...emptyProfile.mirrors, apt, aptSecurity },
      caCertificates: [{ name: 'corp-root', pem: sampleCertificate }],
    });
    guest.remove('etc/apt/sources.list.d/debian.sources');
    await apply('early', { network: true });
    expect(guest.read('etc/apt/sources.list')).toBe(
      sources.replaceAll('http://deb.debian.org/', 'http://mirror.test/'),
    );
    expect(proxy.asked).toContain('http://mirror.test/debian/dists/bookworm/InRelease');
    expect(proxy.asked).toContain('http://mirror.test/debian-security/dists/bookworm-security/InRelease');
    expect((await guest.sh('apt-config dump Acquire::http::Proxy')).stdout).toBe(
      `Acquire::http::Proxy "${proxy.url}";\n`,
    );
    expect(
      (await guest.sh('openssl verify -CApath /etc/ssl/certs /usr/local/share/ca-certificates/corp-root.crt')).stdout,
    ).toContain('OK');
    expect(guest.read('hnf-kept-run/hnf/proxy.env')).toContain(`export HTTP_PROXY='${proxy.url}'`);
    const first = guest.read('etc/apt/sources.list');
    await apply('early', { network: true });
    expect(guest.read('etc/apt/sources.list')).toBe(first);
    await apply('seal');
    expect(guest.read('etc/apt/sources.list')).toBe(sources);
    expect(guest.has('var/lib/hnf-profile')).toBe(false);
    expect(guest.read('etc/apt/apt.conf.d/proxy.conf')).toContain(proxy.url);
    expect(guest.read('etc/hybrid-node/profile-files').split('\n')).toContain('/etc/apt/apt.conf.d/proxy.conf');
  });

  it('takes the mirrors of sources in paragraphs, and leaves them in the image when asked', async () => {
    guest.remove('etc/apt/sources.list');
    guest.write('etc/apt/sources.list.d/debian.sources', deb822);
    guest.write(
      'etc/apt/sources.list.d/other.sources',
      'Types: deb\nURIs: http://other.test\nSuites: stable\nComponents: main\n',
    );
    guest.write('etc/cloud/cloud.cfg.d/90_dpkg.cfg', '');
    upload('debian', {
      mirrors: { ...emptyProfile.mirrors, apt: `${proxy.url}/x`, keep: true },
    });
    // Nobody answers there.
    const run = await guest.run('apply-profile.sh', { HNF_STEP: 'early' });
    expect(run.exitCode).toBe(100);
    const wanted = deb822.replace(
      'mirror+file:///etc/apt/mirrors/debian.list\n  http://deb.debian.org/debian',
      `${proxy.url}/x`,
    );
    expect(guest.read('etc/apt/sources.list.d/debian.sources')).toBe(wanted);
    expect(guest.read('etc/apt/sources.list.d/other.sources')).toContain('http://other.test');
    await apply('seal');
    expect(guest.read('etc/apt/sources.list.d/debian.sources')).toBe(wanted);
    expect(guest.read('etc/cloud/cloud.cfg.d/90-hybrid-node-apt.cfg')).toBe('apt:\n  preserve_sources_list: true\n');
  });

  it('lets a proxy that was given for the build win while building', async () => {
    guest.write('etc/apt/apt.conf.d/00-hnf-build', 'Acquire::Retries "5";\nAcquire::http::Proxy "http://build:1";\n');
    upload('debian', { proxy: { http: 'http://site:1', https: null, noProxy: [] } });
    await apply('early');
    expect((await guest.sh('apt-config dump Acquire::http::Proxy')).stdout).toBe(
      'Acquire::http::Proxy "http://build:1";\n',
    );
    await apply('seal');
    guest.remove('etc/apt/apt.conf.d/00-hnf-build');
    expect((await guest.sh('apt-config dump Acquire::http::Proxy')).stdout).toBe(
      'Acquire::http::Proxy "http://site:1";\n',
    );
  });

  it('sets the system up on Debian, twice without a difference', async () => {
    upload('debian', {
      ntp: ['time1.corp', '10.0.0.1'],
      kernelArguments: ['isolcpus=1,2', 'a*b'],
      firewall: 'on',
      hardening: 'baseline',
    });
    await applyAll('early', 'base', 'pre');
    expect(guest.read('boot/grub/grub.cfg')).toMatch(/^(.*linux.*ro console=ttyS0 isolcpus=1,2 a\*b .*\n){2}$/);
    expect(guest.read('etc/systemd/timesyncd.conf.d/60-hybrid-node.conf')).toContain('NTP=time1.corp 10.0.0.1\n');
    expect((await guest.sh('systemctl is-enabled systemd-timesyncd hybrid-node-firewall')).stdout).toBe(
      'enabled\nenabled\n',
    );
    const rules = await guest.sh(
      'nft -f /etc/hybrid-node/firewall.nft && nft -f /etc/hybrid-node/firewall.nft && nft list ruleset',
    );
    expect([rules.exitCode, rules.stdout]).toEqual([0, expect.stringContaining('tcp dport 10250 accept')]);
    expect(rules.stdout.match(/dport/g)).toHaveLength(5);
    const sshd = await guest.sh('sshd -T 2>/dev/null | grep -E "^(maxauthtries|x11forwarding|loglevel) "');
    expect(sshd.stdout.split('\n').toSorted()).toEqual(['', 'loglevel VERBOSE', 'maxauthtries 4', 'x11forwarding no']);
    expect(guest.has('etc/audit/rules.d/60-hardening.rules')).toBe(true);
    expect(
      (await guest.sh('systemd-analyze verify /etc/systemd/system/hybrid-node-firewall.service 2>&1')).stdout,
    ).not.toContain('hybrid-node');
    const before = await guest.sh(fingerprint);
    await applyAll('base', 'pre', 'post');
    expect((await guest.sh(fingerprint)).stdout).toBe(before.stdout);
  });

  it('says so when an argument does not reach the kernel', async () => {
    guest.write(
      'usr/local/sbin/update-grub',
      '#!/bin/sh\nmkdir -p /boot/grub\necho "linux /vmlinuz ro" >/boot/grub/grub.cfg\n',
      0o755,
    );
    upload('debian', { kernelArguments: ['quiet'] });
    await apply('early');
    const run = await guest.run('apply-profile.sh', { HNF_STEP: 'base' });
    expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining("'quiet' are not on every kernel line")]);
  });

  it('takes chrony where it is', async () => {
    guest.write('etc/chrony/chrony.conf', 'pool 2.debian.pool.ntp.org iburst\nkeyfile /etc/chrony/chrony.keys\n');
    upload('debian', { ntp: ['time1.corp'] });
    await applyAll('early', 'base', 'base');
    expect(guest.read('etc/chrony/chrony.conf')).toBe(
      '# pool 2.debian.pool.ntp.org iburst\nkeyfile /etc/chrony/chrony.keys\n# hybrid-node begin\nserver time1.corp iburst\n# hybrid-node end\n',
    );
  });

  it('opens on Ubuntu exactly what nodeadm looks for, with ufw, and closes it again', async () => {
    be('ubuntu', '24.04', 'noble');
    // ufw asks this kernel for more than a namespace gives; what it would allow is its own list.
    upload('ubuntu', { firewall: 'on', cni: 'calico' });
    await apply('early');
    const run = await guest.run('apply-profile.sh', { HNF_STEP: 'base' });
    const added = (await guest.sh('ufw show added')).stdout.split('\n').filter((line) => line.startsWith('ufw '));
    expect(added, run.stderr).toEqual(
      expect.arrayContaining([
        'ufw allow 22/tcp',
        'ufw allow 10250/tcp',
        'ufw allow 4789/udp',
        'ufw allow 5473/tcp',
        'ufw allow 179/tcp',
        'ufw allow in on cali+',
      ]),
    );
    expect(added).toHaveLength(5 + 3);
    expect(guest.read('etc/default/ufw')).toContain('DEFAULT_FORWARD_POLICY="ACCEPT"');
    upload('ubuntu', { firewall: 'off' });
    await applyAll('early', 'base');
    expect(guest.read('etc/ufw/ufw.conf')).toContain('ENABLED=no');
  });

  it('hands the proxy to snapd on Ubuntu with SSM', async () => {
    be('ubuntu', '24.04', 'noble');
    guest.write('usr/local/bin/snap', '#!/bin/sh\necho "$*" >>/snap-calls\n', 0o755);
    upload('ubuntu', { proxy: { http: 'http://p:1', https: 'http://p:2', noProxy: [] } });
    await apply('early');
    expect(guest.read('snap-calls')).toBe(
      'wait system seed.loaded\nset system proxy.http=http://p:1 proxy.https=http://p:2\n',
    );
    expect(guest.has('etc/systemd/system/snap.amazon-ssm-agent.amazon-ssm-agent.service.d/http-proxy.conf')).toBe(true);
  });

  it('puts the user’s files and scripts where they belong, in order, and stops at one that fails', async () => {
    upload('debian', {
      files: [{ path: '/opt/corp/it\'s "a" $(tool)', mode: 0o750, content: 'x\n' }],
      scripts: {
        pre: [
          { name: 'z', content: '[ -f /opt/corp/it* ] && echo "$0" >>/order\n' },
          { name: 'a', content: '#!/usr/bin/perl\nopen F, ">>", "/order"; print F "perl\\n";\n' },
        ],
        post: [{ name: 'last.sh', content: 'echo last >>/order; exit 3' }],
      },
      cpuBaseline: 'x86-64-v3',
    });
    guest.write('etc/hybrid-node-release', "IMAGE='x'\n");
    await applyAll('early', 'pre');
    expect((await guest.sh('stat -c "%a %u %n" /opt/corp/*')).stdout).toBe(`750 0 /opt/corp/it's "a" $(tool)\n`);
    const run = await guest.run('apply-profile.sh', { HNF_STEP: 'post' });
    expect([run.exitCode, run.stderr]).toEqual([
      1,
      expect.stringContaining("script 'last.sh' (post) ended with exit code 3"),
    ]);
    expect(guest.read('order')).toMatch(/^.*\/001-z\nperl\nlast\n$/);
    upload('debian', { cpuBaseline: 'x86-64-v3' });
    await applyAll('early', 'post', 'post');
    expect(guest.read('etc/hybrid-node-release')).toBe("IMAGE='x'\nCPU_BASELINE='x86-64-v3'\n");
  });

  it('sets place and language on a disk that had no installer', async () => {
    const place = { timezone: 'Europe/Berlin', locale: 'de_DE.UTF-8', keyboard: 'de' };
    upload(
      'debian',
      {},
      { ...place, source: { kind: 'bootstrap', suite: 'bookworm', mirror: 'http://x', packages: [] } },
    );
    await applyAll('early', 'pre');
    expect(
      (
        await guest.sh(
          'date -d 2026-07-01T12:00Z +%Z; LANG=de_DE.UTF-8 locale charmap; . /etc/default/locale; echo "$LANG"; . /etc/default/keyboard; echo "$XKBLAYOUT"',
        )
      ).stdout,
    ).toBe('CEST\nUTF-8\nde_DE.UTF-8\nde\n');
  });

  it('refuses a certificate that is none', async () => {
    upload('debian', {
      caCertificates: [
        { name: 'broken', pem: '-----BEGIN CERTIFICATE-----\nnothing here\n-----END CERTIFICATE-----\n' },
      ],
    });
    const run = await guest.run('apply-profile.sh', { HNF_STEP: 'early' });
    expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('broken.crt is no PEM certificate')]);
  });

  describe('on RHEL', () => {
    /** Red Hat's own programs are stand-ins, firewalld, sshd and the files are real. */
    beforeEach(() => {
      be('rhel', '9.4');
      for (const program of ['usr/bin/apt-get', 'usr/sbin/update-ca-certificates', 'usr/sbin/update-grub'])
        guest.hide(program);
      guest.remove('usr/local/sbin/update-grub');
      guest.write('usr/local/bin/dnf', '#!/bin/sh\necho "dnf $*" >>/calls\n', 0o755);
      guest.write('usr/local/bin/grubby', grubby, 0o755);
      guest.write(
        'usr/local/bin/update-ca-trust',
        '#!/bin/sh\nmkdir -p /etc/pki/tls/certs\ncat /etc/pki/ca-trust/source/anchors/* >/etc/pki/tls/certs/ca-bundle.crt\n',
        0o755,
      );
      guest.write(
        'etc/dnf/dnf.conf',
        '[main]\ngpgcheck=1\nproxy=http://old:1\n# hnf-build begin\nproxy=http://build:1\n# hnf-build end\n',
      );
      guest.write(
        'etc/rhsm/rhsm.conf',
        '[server]\nhostname = subscription.rhsm.redhat.com\nproxy_hostname =\nproxy_port =\n[rhsm]\n',
      );
      guest.write('etc/kernel-args', 'ro console=ttyS0\n');
    });

    it('tells dnf, yum and the subscription manager about the proxy', async () => {
      upload('rhel', {
        proxy: { http: 'http://proxy.corp:3128', https: null, noProxy: [] },
        caCertificates: [{ name: 'corp-root', pem: sampleCertificate }],
      });
      await applyAll('early', 'early');
      const dnf =
        '[main]\nproxy=http://proxy.corp:3128\ngpgcheck=1\n# hnf-build begin\nproxy=http://build:1\n# hnf-build end\n';
      expect(guest.read('etc/dnf/dnf.conf')).toBe(dnf);
      expect((await guest.sh('readlink /etc/yum.conf')).stdout).toBe('dnf/dnf.conf\n');
      expect(guest.read('etc/rhsm/rhsm.conf')).toBe(
        '[server]\nproxy_scheme = http\nproxy_hostname = proxy.corp\nproxy_port = 3128\nhostname = subscription.rhsm.redhat.com\n[rhsm]\n',
      );
      expect(guest.read('etc/pki/tls/certs/ca-bundle.crt')).toContain(sampleCertificate.split('\n')[2]);
    });

    it('takes the mirrors in place of the vendor’s repositories, and gives those back', async () => {
      guest.write('etc/yum.repos.d/vendor.repo', '[vendor]\n');
      guest.write('etc/yum.repos.d/redhat.repo', '#\n');
      const dnf = [{ id: 'corp', baseurl: 'http://mirror.corp/$releasever', gpgkey: null }];
      upload('rhel', { mirrors: { ...emptyProfile.mirrors, dnf } });
      await applyAll('early', 'early');
      expect((await guest.sh('ls /etc/yum.repos.d')).stdout).toBe('hybrid-node-mirrors.repo\nredhat.repo\n');
      expect(guest.read('etc/yum.repos.d/hybrid-node-mirrors.repo')).toContain(
        'baseurl=http://mirror.corp/$releasever\n',
      );
      await apply('seal');
      expect((await guest.sh('ls /etc/yum.repos.d')).stdout).toBe('redhat.repo\nvendor.repo\n');
      expect(guest.read('etc/hybrid-node/profile-files')).not.toContain('mirrors.repo');
    });

    it('brings containerd from a mirror of Docker’s packages before nodeadm comes', async () => {
      guest.hide('usr/bin/containerd');
      guest.write('etc/yum.repos.d/vendor.repo', '[vendor]\n');
      upload('rhel', { mirrors: { ...emptyProfile.mirrors, docker: 'https://mirror.corp/docker' } });
      await applyAll('early', 'pre');
      expect(guest.read('etc/yum.repos.d/docker-ce.repo')).toContain(
        'baseurl=https://mirror.corp/docker/linux/rhel/$releasever/$basearch/stable\n',
      );
      expect(guest.read('calls')).toContain('install containerd.io');
      expect(guest.read('hnf-kept-run/hnf/containerd-source')).toBe('none\n');
      await apply('seal');
      expect(guest.has('etc/yum.repos.d/docker-ce.repo')).toBe(false);
    });

    it('opens exactly the CNI’s ports in firewalld', async () => {
      upload('rhel', { firewall: 'on' });
      await applyAll('early', 'base', 'base');
      const list =
        'firewall-offline-cmd --zone=public --list-ports; firewall-offline-cmd --zone=public --list-services; firewall-offline-cmd --zone=trusted --list-interfaces';
      const [ports = '', services = '', interfaces = ''] = (await guest.sh(list)).stdout.split('\n');
      expect(ports.split(' ').toSorted()).toEqual(['10250/tcp', '4240/tcp', '8472/udp']);
      expect(services.split(' ').toSorted()).toEqual(['dhcpv6-client', 'ssh']);
      expect(interfaces.split(' ').toSorted()).toEqual(['cilium_host', 'cilium_net', 'cilium_vxlan', 'lxc+']);
      expect((await guest.sh('systemctl is-enabled firewalld')).stdout).toBe('enabled\n');
      upload('rhel', { firewall: 'off' });
      await applyAll('early', 'base');
      expect((await guest.sh('systemctl is-enabled firewalld')).stdout).toBe('disabled\n');
    });

    it('adds kernel arguments by grubby, for kernels to come as well', async () => {
      guest.write('etc/default/grub', 'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="console=ttyS0"\n');
      guest.write('etc/kernel/cmdline', 'ro console=ttyS0\n');
      upload('rhel', { kernelArguments: ['isolcpus=1', 'quiet'] });
      await applyAll('early', 'base', 'base');
      expect(guest.read('etc/kernel-args')).toBe('ro console=ttyS0 isolcpus=1 quiet\n');
      expect(guest.read('etc/kernel/cmdline')).toBe('ro console=ttyS0 isolcpus=1 quiet\n');
      expect(guest.read('etc/default/grub')).toBe(
        'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="console=ttyS0 isolcpus=1 quiet"\n',
      );
    });

    it('hardens an sshd that knows no Include', async () => {
      guest.write('etc/ssh/sshd_config', 'X11Forwarding yes\nMaxAuthTries 6\n');
      upload('rhel', { hardening: 'baseline' });
      await applyAll('early', 'base', 'base');
      expect((await guest.sh('sshd -T 2>/dev/null | grep -E "^(maxauthtries|x11forwarding) "')).stdout).toContain(
        'maxauthtries 4',
      );
      expect(guest.read('etc/ssh/sshd_config').match(/hybrid-node begin/g)).toHaveLength(1);
    });
  });
});

/** Stands for Red Hat's: arguments of two kernels that are the same. */
const grubby = `#!/bin/sh
case $1 in
  --info=ALL) for kernel in 1 2; do printf 'index=%s\\nargs="%s"\\n' "$kernel" "$(cat /etc/kernel-args)"; done ;;
  *) echo "$(cat /etc/kernel-args) \${2#--args=}" >/etc/kernel-args ;;
esac
`;

const fingerprint =
  'find /etc /usr/local /boot /var/lib/ufw -xdev -type f ! -name ld.so.cache -exec sha256sum {} + 2>/dev/null | sort; find /etc /usr/local /boot -xdev -printf "%p %m %l\\n" | sort';

const deb822 = `Types: deb deb-src
URIs: mirror+file:///etc/apt/mirrors/debian.list
  http://deb.debian.org/debian
# the usual two
Suites: bookworm bookworm-updates
 bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
`;
