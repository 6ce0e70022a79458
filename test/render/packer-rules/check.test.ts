import { describe, expect, it } from 'vitest';
import { findKernelFaults, findKeyFaults } from '../../../src/catalog/boot-keys.ts';
import { packageRoot } from '../../../src/core/package-root.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { renderPackerFolder } from '../../../src/render/packer/folder.ts';
import { readBlocks, stringsIn } from '../../../src/render/packer-rules/blocks.ts';
import { findPackerFaults } from '../../../src/render/packer-rules/check.ts';
import { builtinCells, cellFolder } from '../cells.ts';
import { readHcl } from '../read-hcl.ts';

const templates = loadTemplates(packageRoot());

function hclOf(spec: (typeof builtinCells)[number]): string {
  return renderPackerFolder(spec, templates).find(({ path }) => path === 'image.pkr.hcl')?.content ?? '';
}

describe('render/packer-rules/blocks', () => {
  it('reads the layout of packer fmt', () => {
    const text =
      'source "qemu" "x" {\n  a    = 1\n  list = [\n    # why\n    ["-x", "y\\n$${z}"],\n  ]\n\n  inner {\n    b = "c"\n  }\n}\n';
    const [source, inner] = readBlocks(text);
    expect(source).toMatchObject({ type: 'source', labels: ['qemu', 'x'], line: 1 });
    expect([...(source?.attributes.keys() ?? [])]).toEqual(['a', 'list']);
    expect(source?.attributes.get('list')?.line).toBe(3);
    expect(stringsIn(source?.attributes.get('list')?.text ?? '')).toEqual(['-x', 'y\n${z}']);
    expect(inner?.attributes.get('b')?.text).toBe('"c"');
  });

  it("finds the source and the variables that HashiCorp's parser finds", async () => {
    for (const spec of builtinCells.filter(({ provider, arch }) => provider === 'iam-ra' && arch === 'amd64')) {
      const text = hclOf(spec);
      const real = (await readHcl(text)) as { source: Record<string, Record<string, object[]>>; variable: object };
      const blocks = readBlocks(text);
      const source = blocks.find(({ type }) => type === 'source');
      const [type = '', name = ''] = source?.labels ?? [];
      const known = Object.entries(real.source[type]?.[name]?.[0] ?? {}).filter(
        ([key, value]) => key !== 'dynamic' && !isBlock(value),
      );
      expect([...(source?.attributes.keys() ?? [])].sort()).toEqual(known.map(([key]) => key).sort());
      const variables = blocks.filter((block) => block.type === 'variable').map(({ labels }) => labels[0]);
      expect(variables.sort()).toEqual(Object.keys(real.variable).sort());
    }
  });
});

/** hcl2json gives blocks as lists of maps. */
function isBlock(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object' && !Array.isArray(item))
  );
}

describe('render/packer-rules/check', () => {
  it.each(builtinCells.map((spec) => [cellFolder(spec), spec] as const))('has nothing against %s', (_, spec) => {
    expect(findPackerFaults(hclOf(spec), spec)).toEqual([]);
  });

  it('says what is missing in an empty file', () => {
    const [spec] = builtinCells;
    expect(spec === undefined ? [] : findPackerFaults('', spec)).toEqual([{ line: 1, message: 'there is no source' }]);
  });
});

describe('catalog/boot-keys', () => {
  it.each([
    [['<enter><wait><wait10><wait1m30s><f12>a<leftCtrlOn>c<leftCtrlOff>'], []],
    [['{{ .HTTPIP }}<enter>'], []],
    [['<entre>'], ["<entre> is no key Packer knows; did you mean 'enter'?"]],
    [['<wait5x>'], ["<wait5x> is no key Packer knows; did you mean 'wait'?"]],
    [['a<enter', '>b'], []],
    [['a<enter'], ['a < or > belongs to no tag']],
    [['enter>'], ['a < or > belongs to no tag']],
    [['<leftShiftOn>a'], ['<leftshiftOn> is never followed by <leftshiftOff>']],
    [['a<leftShiftOff>'], ['<leftshiftOff> lets go of a key that is not held']],
    [['{{ .HTTPIP <enter>'], ["'{{' is not closed by '}}'"]],
    [
      ['gr\u00fcn\u00fc\u65e5'],
      [
        "'\u00fc' is on no US keyboard, which the keys are typed on",
        "'\u65e5' is on no US keyboard, which the keys are typed on",
      ],
    ],
  ])('%j: %j', (keys, faults) => {
    expect(findKeyFaults(keys)).toEqual(faults);
  });

  it.each([
    ['linux /casper/vmlinuz autoinstall ---', []],
    ["linux /casper/vmlinuz autoinstall 'ds=nocloud;s=/cdrom/' ---", []],
    ['linux /casper/vmlinuz autoinstall ds=nocloud;s=/cdrom/ ---', ["';' is not quoted: GRUB ends the line there"]],
    ['linux /casper/vmlinuz autoinstall', ["'---' is not typed behind 'autoinstall'"]],
  ])('%s: %j', (line, faults) => {
    expect(findKernelFaults([line], 'ubuntu')).toEqual(faults);
  });
});
