import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { identityTexts } from '../../src/render/identity-texts.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { exampleSpecs } from './example-specs.ts';

const templates = loadTemplates(packageRoot());
const lab = exampleSpecs.find((spec) => spec.name === 'debian12-lab') as ImageSpec;
const ubuntu = exampleSpecs.find((spec) => spec.name === 'ubuntu24') as ImageSpec;

function withEdit(path: string): ReadonlyMap<string, string> {
  return new Map([...templates].map(([name, text]) => [name, name === path ? `${text}# edited\n` : text]));
}

describe('render/identity-texts', () => {
  it('keeps the base of a cloud image when only Kubernetes or nodeadm change', () => {
    const before = identityTexts(ubuntu, templates);
    const after = identityTexts(
      { ...ubuntu, kubernetes: '1.34.3', nodeadm: { ...ubuntu.nodeadm, version: '1.0.21' } },
      templates,
    );
    expect(after.base).toEqual(before.base);
    expect(after.node).not.toEqual(before.node);
  });

  it('has no base texts for a bootstrap source', () => {
    expect(identityTexts(lab, templates).base).toEqual({});
    expect(Object.keys(identityTexts(lab, templates).node)).toContain('node/scripts/install-node.sh');
  });

  it.each([
    ['templates/guest/install-node.sh', false, true],
    ['templates/guest/install-base.sh', true, false],
    ['templates/guest/seal.sh', true, true],
    ['templates/packer/qemu/partials/machine.hcl.hbs', true, true],
    ['templates/packer/qemu/README.md.hbs', false, false],
    ['user-data/build-user.pkrtpl.hcl', true, true],
  ])('an edit of %s changes base: %s, node: %s', (path, base, node) => {
    const before = identityTexts(ubuntu, templates);
    const after = identityTexts(ubuntu, withEdit(path));
    expect(JSON.stringify(after.base) !== JSON.stringify(before.base)).toBe(base);
    expect(JSON.stringify(after.node) !== JSON.stringify(before.node)).toBe(node);
  });
});
