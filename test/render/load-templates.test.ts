import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { isPartial, isTemplate, templateText } from '../../src/render/template-set.ts';

describe('render/load-templates', () => {
  const templates = loadTemplates(packageRoot());

  it('reads templates, guest files and seeds by their path, in order', () => {
    const paths = [...templates.keys()];
    expect(paths).toEqual([...paths].sort());
    expect(paths).toEqual(expect.arrayContaining(['templates/guest/seal.sh', 'user-data/build-user.pkrtpl.hcl']));
    expect(templateText(templates, 'templates/guest/seal.sh')).toMatch(/^#!\/bin\/sh\n/);
  });

  it('tells templates, partials and plain files apart', () => {
    expect(isTemplate('templates/guest/seal.sh')).toBe(false);
    expect(isPartial('templates/packer/qemu/partials/machine.hcl.hbs')).toBe(true);
    expect(isPartial('templates/packer/qemu/image.pkr.hcl.hbs')).toBe(false);
  });

  it('calls a folder without templates a broken installation', () => {
    expect(() => loadTemplates(tmpdir())).toThrow(/of the installation cannot be read/);
  });
});
