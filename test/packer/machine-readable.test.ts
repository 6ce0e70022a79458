import { describe, expect, it } from 'vitest';
import { findLastWords, findPackerLine, findSpeech, isBuiltArtifact } from '../../src/packer/machine-readable.ts';

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

  it('finds the errors of a build, else what was said last', () => {
    const said = ['1,,ui,say,==> lab.qemu.node: one', 'panic: chatter', '1,,ui,message,    lab.qemu.node: two\\nlines'];
    expect(findLastWords(said.join('\n'), 8)).toEqual(['one', 'two lines']);
    expect(findLastWords(said.join('\n'), 1)).toEqual(['two lines']);
    const failed = [...said, "1,,ui,error,Build 'lab' errored%!(PACKER_COMMA) sorry", '1,,ui,say,==> Wait completed'];
    expect(findLastWords(failed.join('\n'), 8)).toEqual(["Build 'lab' errored, sorry"]);
  });

  it.each([
    ['1,lab.qemu.node,artifact-count,1', true],
    ['1,lab.qemu.node,artifact-count,0', false],
    ['1,lab.qemu.node,artifact,0,end', false],
  ])('knows from %s whether something was built', (text, isBuilt) => {
    const line = findPackerLine(text);
    expect(line !== undefined && isBuiltArtifact(line)).toBe(isBuilt);
  });
});
