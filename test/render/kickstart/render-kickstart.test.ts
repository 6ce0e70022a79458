import { describe, expect, it } from 'vitest';
import { findKickstartFaults } from '../../../src/render/kickstart/check.ts';
import type { RhelMajor } from '../../../src/render/kickstart/commands.ts';
import { parseKickstart } from '../../../src/render/kickstart/parse.ts';
import { renderKickstart } from '../../../src/render/kickstart/render-kickstart.ts';
import { seedVariables } from '../../../src/render/seed.ts';
import { bootIso, kickstartOf, rhelSpec, rhelSpecs, templates } from './rhel-specs.ts';

const specs = Object.entries(rhelSpecs);

function linesOf(name: string, command: string): string[] {
  const spec = rhelSpecs[name];
  if (spec === undefined) throw new Error(name);
  return kickstartOf(spec)
    .split('\n')
    .filter((line) => line.startsWith(`${command} `) || line === command);
}

describe('render/kickstart/render-kickstart', () => {
  it.each(specs)('%s has no fault for its own major', (_, spec) => {
    const major = Number(spec.os.version) as RhelMajor;
    const faults = findKickstartFaults(kickstartOf(spec), { major, arch: spec.arch, diskGiB: spec.disk.sizeGiB });
    expect(faults).toEqual([]);
  });

  it('is a CD that Anaconda finds by its label', () => {
    const seed = renderKickstart(rhelSpec('9'), templates);
    expect(seed).toMatchObject({ transport: 'cd', cdLabel: 'OEMDRV', variables: ['public_key'] });
    expect(seed.members).toEqual([{ name: 'ks.cfg', file: 'seed/ks.cfg.pkrtpl.hcl', templated: true }]);
    expect(seed.files.map(({ path }) => path)).toEqual(['seed/ks.cfg.pkrtpl.hcl']);
  });

  it.each(specs)('%s names the variables it uses, and no others', (_, spec) => {
    const seed = renderKickstart(spec, templates);
    const content = seed.files[0]?.content ?? '';
    expect(seedVariables.filter((name) => content.includes(name))).toEqual(seed.variables);
    const expressions = [...content.matchAll(/(?<![$%])[$%]\{[^}]*\}/g)].map(([found]) => found);
    for (const expression of expressions)
      expect(expression).toMatch(/^\$\{(public_key|regex\("[^"]+", rh_[a-z_]+\))\}$/);
  });

  it('takes packages from the DVD unless the medium is a boot ISO', () => {
    expect(linesOf('rhel9 dvd', 'cdrom')).toEqual(['cdrom']);
    expect(linesOf('rhel9 dvd', 'rhsm')).toEqual([]);
    expect(linesOf('rhel9 boot ISO', 'rhsm')).toEqual([
      "rhsm --organization='1234567' --activation-key='example-key' --proxy='http://proxy.corp:3129'",
    ]);
    expect(linesOf('rhel9 mirrors', 'url')).toEqual([
      "url --url='https://mirror.example/$releasever/baseos' --proxy='http://proxy.corp:3129'",
    ]);
    expect(linesOf('rhel9 mirrors', 'repo')).toEqual([
      "repo --name='appstream' --baseurl='http://mirror.corp/appstream'",
      "repo --name='extras' --baseurl='http://mirror.example/extras' --proxy='http://proxy.corp:3128'",
    ]);
  });

  it.each(['user', 'none'] as const)('refuses a boot ISO with subscription %s and no mirrors', (kind) => {
    const spec = rhelSpec('9', { source: bootIso, subscription: { kind } });
    expect(() => renderKickstart(spec, templates)).toThrow(/brings no packages; accepted: the DVD ISO/);
  });

  it('says the time servers as the major wants them', () => {
    expect(linesOf('rhel8 mirrors', 'timezone')).toEqual(["timezone 'Etc/UTC' --utc --ntpservers='a.corp,b.corp'"]);
    expect(linesOf('rhel9 mirrors', 'timezone')).toEqual(["timezone 'Etc/UTC' --utc"]);
    expect(linesOf('rhel9 mirrors', 'timesource')).toEqual([
      "timesource --ntp-server='a.corp'",
      "timesource --ntp-server='b.corp'",
    ]);
  });

  it('opens exactly the ports of SSH, kubelet and the CNI, and otherwise leaves the firewall alone', () => {
    expect(linesOf('rhel9 boot ISO', 'firewall')).toEqual([
      "firewall --enabled --service=ssh --port='10250:tcp,8472:udp,4240:tcp'",
    ]);
    expect(linesOf('rhel9 mirrors', 'firewall')).toEqual([
      "firewall --enabled --service=ssh --port='10250:tcp,4789:udp,5473:tcp,179:tcp'",
    ]);
    expect(linesOf('rhel9 arm64', 'firewall')).toEqual(['firewall --disabled']);
    expect(linesOf('rhel9 dvd', 'firewall')).toEqual([]);
  });

  it('ends as it is asked to', () => {
    expect(kickstartOf(rhelSpec('9'))).toMatch(/^reboot --eject$/m);
    expect(kickstartOf(rhelSpec('9'), 'power-off')).toMatch(/^poweroff$/m);
    expect(kickstartOf(rhelSpec('9'), 'power-off')).not.toMatch(/^reboot/m);
  });

  it('has loaders for both firmwares on PCs, for UEFI elsewhere', () => {
    const packages = (name: string) =>
      parseKickstart(kickstartOf(rhelSpecs[name] ?? rhelSpec('9'))).sections.find((s) => s.name === '%packages')?.body;
    expect(packages('rhel8 dvd')).toEqual(expect.arrayContaining(['grub2-pc', 'grub2-efi-x64', 'shim-x64']));
    expect(packages('rhel8 arm64')).not.toContain('grub2-pc');
    expect(packages('rhel8 arm64')).not.toContain('open-vm-tools');
    expect(packages('rhel9 dvd')).toContain('iptables-nft');
  });

  it('puts the serial console of the architecture and the wanted arguments on the kernel command line', () => {
    expect(linesOf('rhel9 mirrors', 'bootloader')).toEqual([
      "bootloader --timeout=1 --append='console=tty0 console=ttyS0,115200n8 audit=1 mitigations=auto'",
    ]);
    expect(linesOf('rhel9 arm64', 'bootloader')).toEqual([
      "bootloader --timeout=1 --append='console=tty0 console=ttyAMA0,115200n8'",
    ]);
  });

  it('makes one partition behind the other, the root behind all, and names each where it is mounted', () => {
    const pre = (name: string) =>
      parseKickstart(kickstartOf(rhelSpecs[name] ?? rhelSpec('9'))).sections.find((s) => s.name === '%pre')?.body ?? [];
    expect(
      pre('rhel9 partitions').filter((line) => line.includes('mkpart') || /^part .*"4|^part .*"8/.test(line)),
    ).toEqual([
      '  mkpart biosboot 1MiB 2MiB set 1 bios_grub on \\',
      '  mkpart esp fat32 2MiB 258MiB set 2 esp on \\',
      '  mkpart boot xfs 258MiB 1282MiB \\',
      "  mkpart 'var' xfs 1282MiB 16642MiB \\",
      "  mkpart 'var-lib-containerd' xfs 16642MiB 37122MiB \\",
      "  mkpart 'var-log' xfs 37122MiB 42242MiB \\",
      "  mkpart 'var-log-audit' xfs 42242MiB 44290MiB \\",
      '  mkpart root xfs 44290MiB 100%',
      `part '/var' --fstype=xfs --onpart="$stem"4`,
      'part / --fstype=xfs --onpart="$stem"8',
    ]);
    expect(pre('rhel8 partitions arm64')).toContain('  mkpart root xfs 44289MiB 100%');
    expect(pre('rhel8 partitions arm64')).toContain('part / --fstype=xfs --onpart="$stem"7');
    const post = kickstartOf(rhelSpecs['rhel9 partitions'] ?? rhelSpec('9'));
    expect(post).toContain("echo z '/var/lib/containerd' >>/etc/tmpfiles.d/hnf-partitions.conf\n");
    expect(
      kickstartOf(rhelSpec('9', { disk: { sizeGiB: 60, partitions: [{ mount: '/home', sizeGiB: 5 }] } })),
    ).not.toContain('tmpfiles');
  });

  it.each(['/srv/$(id)', '/var/log/', '/', '/var\n%end', "/opt'"])('refuses the mount point %j', (mount) => {
    expect(() =>
      renderKickstart(rhelSpec('9', { disk: { sizeGiB: 60, partitions: [{ mount, sizeGiB: 5 }] } }), templates),
    ).toThrow(expect.objectContaining({ code: 'input.invalid', message: expect.stringContaining('accepted: /home') }));
  });

  it.each(['a\nb', 'a\u001cb', 'a\u2028b'])('refuses %j, at which the installer ends a line', (keyboard) => {
    expect(() => renderKickstart(rhelSpec('9', { keyboard }), templates)).toThrow(
      expect.objectContaining({ code: 'input.invalid' }),
    );
  });

  it('renders every condition of its templates both ways', () => {
    const texts = [...templates].filter(([path]) => path.startsWith('kickstart/')).map(([, text]) => text);
    const conditions = new Set(
      texts.flatMap((text) => [...text.matchAll(/\{\{#(?:if|each) ([\w.]+)\}\}/g)].map((m) => m[1])),
    );
    expect(conditions).toEqual(
      new Set([
        'ntpServers',
        'ntp',
        'dvd',
        'cdn',
        'proxy',
        'mirror',
        'mirror.proxy',
        'repositories',
        'firewall.on',
        'firewall.off',
        'powerOff',
        'bios',
        'partitions',
        'relabelled',
      ]),
    );
  });
});
