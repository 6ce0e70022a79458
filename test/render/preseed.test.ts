import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { renderPreseed } from '../../src/render/preseed.ts';
import { findCell } from './cells.ts';
import { exampleSpecs } from './example-specs.ts';
import { fillSeed } from './read-seed.ts';

const templates = loadTemplates(packageRoot());
const bios = findCell('debian12-netinst-amd64-iso-qemu-iam-ra');
const uefi = exampleSpecs.find((spec) => spec.name === 'debian12-iso') as ImageSpec;

/** Lines of debconf, a backslash at the end joining the next one. */
function linesOf(spec: ImageSpec): string[] {
  const [file] = renderPreseed(spec, templates).files;
  const lines = fillSeed(file?.content ?? '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

function answer(spec: ImageSpec, question: string): string | undefined {
  return linesOf(spec)
    .map((line) => /^\S+ (\S+) \S+ ?(.*)$/.exec(line))
    .find((match) => match?.[1] === question)?.[2];
}

describe('render/preseed', () => {
  it('is served to the installer, because it reads no CD before it has a network', () => {
    const seed = renderPreseed(bios, templates);
    expect(seed).toMatchObject({ transport: 'http', cdLabel: '', members: [{ name: 'preseed.cfg', templated: true }] });
  });

  it.each([bios, uefi])('has an owner, a question, a type and mostly an answer on every line', (spec) => {
    for (const line of linesOf(spec)) {
      expect(line).toMatch(/^(d-i|popularity-contest) [\w./-]+ (string|select|multiselect|boolean|password|note)( |$)/);
    }
  });

  it('takes host and path of a mirror, and the proxy that leads there', () => {
    const proxy = { http: 'http://proxy.corp:3128', https: null, noProxy: ['10.0.0.0/8'] };
    const apt = 'http://mirror.corp:8080/a/debian/';
    const mirrors = { ...bios.profile.mirrors, apt };
    const spec = { ...bios, profile: { ...bios.profile, mirrors, proxy } };
    expect(answer(spec, 'mirror/http/hostname')).toBe('mirror.corp:8080');
    expect(answer(spec, 'mirror/http/directory')).toBe('/a/debian');
    expect(answer(spec, 'apt-setup/security_path')).toBe('/a/debian-security');
    expect(answer(spec, 'mirror/http/proxy')).toBe('http://proxy.corp:3128');
    const direct = { ...mirrors, apt: 'http://10.1.2.3/debian' };
    expect(answer({ ...spec, profile: { ...spec.profile, mirrors: direct } }, 'mirror/http/proxy')).toBe('');
    const query = { ...mirrors, apt: `${apt}?x` };
    expect(() => linesOf({ ...spec, profile: { ...spec.profile, mirrors: query } })).toThrow(/the package mirror/);
  });

  it('locks root, makes no user, and lets the key of the build in', () => {
    expect(answer(bios, 'passwd/root-password-crypted')).toBe('!');
    expect(answer(bios, 'passwd/make-user')).toBe('false');
    const late = answer(bios, 'preseed/late_command') ?? '';
    expect(late).toContain("echo 'ssh-ed25519 ");
    expect(late).toContain('/target/etc/sudoers.d/hnf-build');
    expect(late).toMatch(/^set -e; /);
  });

  it('makes partitions for both firmwares and no swap', () => {
    for (const spec of [bios, uefi]) {
      const recipe = answer(spec, 'partman-auto/expert_recipe') ?? '';
      expect(recipe).toMatch(/biosgrub.*ext4 .*mountpoint\{ \/ \} \.$/);
      expect(recipe).not.toContain('linux-swap');
      expect(answer(spec, 'partman-basicfilesystems/no_swap')).toBe('false');
    }
    expect(answer(uefi, 'partman-auto/expert_recipe')).toContain('method{ efi }');
    expect(answer(bios, 'partman-auto/expert_recipe')).toContain('mountpoint{ /boot/efi }');
    expect(answer(bios, 'preseed/late_command')).toContain('--target=x86_64-efi');
    expect(answer(uefi, 'preseed/late_command')).toContain('--target=i386-pc');
  });

  it('takes packages from the mirror of the profile, its security updates from beside it', () => {
    expect(answer(bios, 'mirror/http/hostname')).toBe('deb.debian.org');
    expect(answer(bios, 'apt-setup/security_path')).toBe('/debian-security');
    const mirrors = { ...bios.profile.mirrors, apt: 'https://mirror.corp:8443/x/debian' };
    const own = { ...bios, profile: { ...bios.profile, mirrors } };
    expect(answer(own, 'mirror/protocol')).toBe('https');
    expect(answer(own, 'mirror/https/hostname')).toBe('mirror.corp:8443');
    expect(answer(own, 'mirror/https/directory')).toBe('/x/debian');
    expect(answer(own, 'apt-setup/security_path')).toBe('/x/debian-security');
  });

  it('installs in a locale the installer knows', () => {
    expect(answer(bios, 'debian-installer/locale')).toBe('en_US.UTF-8');
    expect(answer({ ...bios, locale: 'de_DE.UTF-8' }, 'debian-installer/locale')).toBe('de_DE.UTF-8');
  });

  it('refuses what would take in the next line', () => {
    expect(() => renderPreseed({ ...bios, timezone: 'a\nd-i x' }, templates)).toThrow(/line break/);
    expect(() => renderPreseed({ ...bios, timezone: 'a\\' }, templates)).toThrow(/backslash/);
  });
});
