import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { identityTexts } from '../../src/render/identity-texts.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { findCell } from './cells.ts';

const templates = loadTemplates(packageRoot());
const lab = findCell('debian12-lab-amd64-bootstrap-qemu-iam-ra');
const cloud = findCell('ubuntu24-amd64-cloud-image-qemu-ssm');
const iso = findCell('ubuntu24-amd64-iso-qemu-ssm');

function withEdit(path: string): ReadonlyMap<string, string> {
  return new Map([...templates].map(([name, text]) => [name, name === path ? `${text}# edited\n` : text]));
}

describe('render/identity-texts', () => {
  it.each([cloud, iso])('keeps the base when only Kubernetes or nodeadm change', (spec) => {
    const before = identityTexts(spec, templates);
    const after = identityTexts(
      { ...spec, kubernetes: '1.34.9', nodeadm: { ...spec.nodeadm, version: '1.0.99' } },
      templates,
    );
    expect(after.base).toEqual(before.base);
    expect(after.node).not.toEqual(before.node);
  });

  it('has no base texts for a bootstrap source', () => {
    expect(identityTexts(lab, templates).base).toEqual({});
    expect(Object.keys(identityTexts(lab, templates).node)).toContain('scripts/install-node.sh');
  });

  it.each([
    ['templates/guest/install-node.sh', false, true],
    ['templates/guest/install-base.sh', true, false],
    ['templates/guest/install-base-apt.sh', true, false],
    ['templates/guest/install-base-rpm.sh', false, false],
    ['templates/guest/seal.sh', true, true],
    ['templates/packer/qemu/partials/machine.hcl.hbs', true, true],
    ['templates/packer/partials/provisioners.hcl.hbs', true, true],
    ['templates/packer/qemu/README.md.hbs', false, false],
    ['templates/packer/vsphere/image.pkr.hcl.hbs', false, false],
    ['user-data/build-user.pkrtpl.hcl', true, true],
    ['user-data/autoinstall.pkrtpl.hcl.hbs', false, false],
  ])('an edit of %s changes base: %s, node: %s', (path, base, node) => {
    const before = identityTexts(cloud, templates);
    const after = identityTexts(cloud, withEdit(path));
    expect(JSON.stringify(after.base) !== JSON.stringify(before.base)).toBe(base);
    expect(JSON.stringify(after.node) !== JSON.stringify(before.node)).toBe(node);
  });

  it('knows the answers of the installer in the base of an ISO', () => {
    const edited = identityTexts(iso, withEdit('user-data/autoinstall.pkrtpl.hcl.hbs'));
    expect(edited.base).not.toEqual(identityTexts(iso, templates).base);
    expect(edited.node).toEqual(identityTexts(iso, templates).node);
  });
});
