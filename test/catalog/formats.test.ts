import { describe, expect, it } from 'vitest';
import { listImageFindings } from '../../src/catalog/check-config.ts';
import { findPlatformFor, resolveFormats } from '../../src/catalog/formats.ts';
import { resolveImage } from '../../src/catalog/resolve-image.ts';
import { configOf, configWith } from './sample.ts';

describe('catalog/formats', () => {
  const specOf = (builder: 'qemu' | 'vsphere-iso') => resolveImage(configOf({}), 'ubuntu24', { builder });

  it('gives what a builder usually gives where nothing is asked for', () => {
    expect(resolveFormats(configOf({}), specOf('qemu')).formats).toEqual(['qcow2']);
    expect(resolveFormats(configOf({}), specOf('vsphere-iso')).formats).toEqual(['vsphere']);
  });

  it('refuses a format of --format that the builder cannot give, with what works', () => {
    const ask = (format: string, builder: 'qemu' | 'vsphere-iso') => () =>
      resolveFormats(configOf({}, { format }), specOf(builder));
    expect(ask('vsphere', 'qemu')).toThrow(
      expect.objectContaining({
        code: 'input.invalid',
        details: [
          "flag --format: 'vsphere' does not come from builder 'qemu'; accepted: qcow2, raw, ova, or builder vsphere-iso or vsphere-clone.",
        ],
      }),
    );
    expect(ask('ova,qcow2', 'vsphere-iso')).toThrow(/cannot be built as asked for/);
  });

  it("leaves out what the seeds' variable says for the other builder", async () => {
    const config = await configWith({ PACKER_OUTPUT_FORMAT: 'qcow2' });
    expect(resolveFormats(config, specOf('vsphere-iso'))).toEqual({ formats: ['vsphere'], leftOut: ['qcow2'] });
    const file = configOf({ output: { formats: ['qcow2', 'raw', 'ova'] } });
    expect(resolveFormats(file, specOf('vsphere-iso')).formats).toEqual(['vsphere', 'ova']);
    expect(resolveFormats(config, specOf('qemu'))).toEqual({ formats: ['qcow2'], leftOut: [] });
  });

  it('takes vSphere for --format vsphere unless a builder is named', () => {
    expect(findPlatformFor(configOf({}, { format: 'vsphere,ova' }))).toBe('vsphere');
    expect(findPlatformFor(configOf({}, { format: 'ova' }))).toBeUndefined();
    expect(findPlatformFor(configOf({}, { format: 'vsphere', builder: 'qemu' }))).toBeUndefined();
  });

  it('finds a config that contradicts itself', () => {
    const config = configOf({ builder: 'vsphere-iso', output: { formats: ['raw', 'ova'] } });
    expect(listImageFindings(config).map(({ path, message }) => `${path} ${message}`)).toEqual([
      "output.formats 'raw' does not come from builder 'vsphere-iso'; accepted: vsphere, ova, or builder qemu",
    ]);
  });
});
