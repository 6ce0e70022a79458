import { describe, expect, it } from 'vitest';
import { findKickstartFaults } from '../../src/render/kickstart/check.ts';
import type { RhelMajor } from '../../src/render/kickstart/commands.ts';
import { parseKickstart } from '../../src/render/kickstart/parse.ts';
import { renderKickstart } from '../../src/render/kickstart/render-kickstart.ts';
import { templateText } from '../../src/render/template-set.ts';
import { kickstartOf, rhelSpec, rhelSpecs, templates } from './kickstart/rhel-specs.ts';

const kickstarts = Object.entries(rhelSpecs).map(([name, spec]) => ({ name, spec, text: kickstartOf(spec) }));
const guest = (name: string) => templateText(templates, `templates/guest/${name}`);
const rhelScripts = withoutComments(
  ['subscribe.sh', 'unsubscribe.sh', 'install-base-rpm.sh', 'seal.sh'].map(guest).join('\n'),
);

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, '');
}

/** Our checker's words about a line of the sample, in an otherwise sound kickstart. */
function verdict(line: string, replaces: RegExp, major: RhelMajor = 8): string {
  const lines = kickstartOf(rhelSpec(major === 8 ? '8' : '9'))
    .split('\n')
    .filter((text) => !replaces.test(text));
  const faults = findKickstartFaults([line, ...lines].join('\n'), { major, arch: 'amd64', diskGiB: 20 });
  return faults.map(({ code, message }) => `${code}: ${message}`).join('\n');
}

function expectNowhere(pattern: RegExp): void {
  for (const { name, text } of kickstarts) {
    expect([name, pattern.exec(withoutComments(text))?.[0]]).toEqual([name, undefined]);
  }
}

/**
 * Defects of the RHEL part of AWS's sample (aws/eks-hybrid, example/packer), numbered as in our notes: P for the peers' comparison,
 * N for the review of the files. Each test says that ours has it not, and where it can that our checker would find it.
 */
describe('render/sample-defects-rhel', () => {
  it('P4, N23: the kickstart CD is made by the build, not by hand and uploaded beforehand', () => {
    for (const { spec } of kickstarts) {
      const seed = renderKickstart(spec, templates);
      expect([seed.cdLabel, seed.members.map(({ name }) => name)]).toEqual(['OEMDRV', ['ks.cfg']]);
    }
  });

  it('P10, N39: no swap and no LVM, so that kubelet starts and growpart can grow the root', () => {
    expectNowhere(/^autopart|swap|^(volgroup|logvol)|pv\.\d/m);
    for (const { text } of kickstarts) {
      const pre = parseKickstart(text).sections.find(({ name }) => name === '%pre');
      expect(pre?.body.filter((line) => line.startsWith('part ')).at(-1)).toMatch(/^part \/ --fstype=xfs --onpart/);
    }
    expect(verdict('autopart', /^%include/)).toMatch(/makes swap.*\n.*makes LVM/);
  });

  it('P11, N41: nothing that a later RHEL removed, and no crashkernel=auto', () => {
    expectNowhere(/^(auth|authconfig|install)\b|crashkernel|rhgb/m);
    expect(verdict('auth --enableshadow', /^$/, 8)).toMatch(/deprecated/);
    expect(verdict('auth --enableshadow', /^$/, 10)).toMatch(/'auth' is unknown to RHEL 10/);
    expect(verdict('bootloader --append="crashkernel=auto"', /^bootloader/, 9)).toMatch(/kdump is off/);
  });

  it('P11, N41: network profiles are cleaned where each RHEL keeps them', () => {
    const seal = guest('seal.sh');
    expect(seal).toContain('/etc/NetworkManager/system-connections/*');
    expect(seal).toContain('/etc/sysconfig/network-scripts/ifcfg-*');
    expectNowhere(/ifcfg-\*/);
  });

  it('P12, N37: nobody has a password, and nobody of the build stays', () => {
    for (const { text } of kickstarts) {
      expect(text).toMatch(/^rootpw --lock$/m);
      expect(text).toMatch(/^user --name='hnf-build' .*--lock$/m);
      expect(text).not.toMatch(/--(plaintext|iscrypted|password)/);
    }
    expect(guest('power-off.sh')).toMatch(/userdel -rf "\$user"/);
    expect(guest('power-off.sh')).toContain('/etc/sudoers.d/hnf-build');
    expect(verdict('rootpw builder --plaintext', /^rootpw/)).toMatch(/secret: 'rootpw': a password in plain text/);
    expect(verdict('user --name=builder --password=builder --plaintext', /^user|^sshkey/)).toMatch(/secret: 'user'/);
  });

  it('P13, N42: the machine is unregistered, on failure too, and the seal refuses a registered one', () => {
    expect(guest('unsubscribe.sh')).toMatch(/subscription-manager unregister/);
    expect(guest('unsubscribe.sh')).toMatch(/subscription-manager clean/);
    expect(guest('seal.sh')).toContain('/etc/pki/consumer/cert.pem');
    expect(guest('seal-check.sh')).toContain('check_subscription');
    const provisioners = templateText(templates, 'templates/packer/partials/provisioners.hcl.hbs');
    expect(provisioners).toMatch(/error-cleanup-provisioner[\s\S]*unsubscribe\.sh/);
    for (const { text } of kickstarts.filter(({ text }) => /^rhsm /m.test(text))) {
      expect(text.slice(text.indexOf('%onerror'))).toContain('subscription-manager unregister');
    }
  });

  it('N43: no secret on a command line, no --auto-attach, and activation keys work', () => {
    expect(rhelScripts).not.toMatch(/subscription-manager register|--(password|activationkey|auto-attach)/);
    expect(guest('subscribe.sh')).toMatch(/RegisterWithActivationKeys/);
  });

  it('P13, N44: repositories are named after the processor', () => {
    expect(rhelScripts).not.toMatch(/x86_64-(baseos|appstream)/);
    expect(guest('subscribe.sh')).toMatch(/"--enable=rhel-\$major-for-\$machine-baseos-rpms"/);
  });

  it('P15, N45: clones share no identity', () => {
    expect(guest('seal.sh')).toMatch(/^cloud-init clean --logs --seed$/m);
    expect(guest('seal.sh')).toMatch(/dnf -q clean all/);
    expect(guest('power-off.sh')).toMatch(/rm -f \/etc\/ssh\/ssh_host_\*/);
    expect(guest('power-off.sh')).toMatch(/: >\/etc\/machine-id/);
    expect(guest('seal.sh')).toContain('/root/anaconda-ks.cfg');
  });

  it('P19, N40: SELinux enforces, and the firewall is the vendor’s or exactly what a node needs', () => {
    for (const { spec, text } of kickstarts) {
      expect(text).toMatch(/^selinux --enforcing$/m);
      expect(/^firewall --disabled$/m.test(text)).toBe(spec.profile.firewall === 'off');
    }
    expect(verdict('selinux --permissive', /^selinux/)).toMatch(/policy: 'selinux': SELinux does not enforce/);
    expect(guest('install-base-rpm.sh')).toMatch(/SELINUX=enforcing/);
  });

  it('P20: Amazon Linux 2023 has the same base script', () => {
    expect(guest('install-base-rpm.sh')).toMatch(/"\$system" = amzn/);
  });

  it('N38: %post works on the installed system, and its failure ends the build', () => {
    expectNowhere(/--nochroot/);
    for (const { text } of kickstarts) expect(text).toMatch(/^%post --erroronfail /m);
    const sample = "%post --nochroot --erroronfail\nsed -i 's/swap/#swap/' /etc/fstab\n%end";
    expect(verdict(sample, /^$/)).toMatch(/'\/etc\/fstab' is the installer's/);
    expect(verdict('%packages --ignoremissing\n%end', /^$/)).toMatch(/hides that a package is not there/);
  });
});
