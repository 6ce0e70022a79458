import { describe, expect, it } from 'vitest';
import { findPackerLine, findSpeech } from '../../src/packer/machine-readable.ts';

describe('packer/machine-readable', () => {
  it('undoes Packer’s escapes', () => {
    const line = findPackerLine('1700000000,lab.qemu.node,ui,say,==> lab.qemu.node: one%!(PACKER_COMMA) two\\nthree');
    expect(line).toEqual({
      target: 'lab.qemu.node',
      type: 'ui',
      data: ['say', '==> lab.qemu.node: one, two\nthree'],
    });
  });

  it('takes the prefix off what Packer says', () => {
    const texts = [
      '1,lab.qemu.node,ui,say,==> lab.qemu.node: Waiting for SSH to become available...',
      '1,lab.qemu.node,ui,message,    lab.qemu.node: ::phase=seal',
      '1,,ui,error,==> lab.qemu.node: Timeout waiting for SSH.',
    ];
    const said = texts.map((text) => {
      const line = findPackerLine(text);
      return line === undefined ? undefined : findSpeech(line);
    });
    expect(said).toEqual([
      { kind: 'say', text: 'Waiting for SSH to become available...' },
      { kind: 'message', text: '::phase=seal' },
      { kind: 'error', text: 'Timeout waiting for SSH.' },
    ]);
  });

  it('is silent about what is no record', () => {
    expect(findPackerLine('panic: runtime error')).toBeUndefined();
    const artifact = findPackerLine('1,lab,artifact,0,builder-id,transcend.qemu');
    expect(artifact === undefined ? 'none' : findSpeech(artifact)).toBeUndefined();
  });
});
