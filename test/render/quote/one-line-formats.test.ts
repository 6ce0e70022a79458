import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLine } from '../../../src/core/quote/text.ts';
import { tomlString } from '../../../src/core/quote/toml.ts';
import { kickstartWord } from '../../../src/render/quote/kickstart.ts';
import { systemdArgument, systemdValue } from '../../../src/render/quote/systemd.ts';
import { hostileText } from '../hostile-text.ts';

// The real readers (shlex, tomllib) judge these in test/integration/render.
describe('render/quote: systemd, kickstart, toml, comments', () => {
  it('stays on one line whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const quoted of [systemdValue(text), systemdArgument(text), tomlString(text)]) {
          expect(quoted).not.toMatch(/[\n\r]/);
        }
      }),
    );
  });

  it('doubles what systemd would expand', () => {
    expect(systemdValue('100% "$HOME" \\')).toBe('"100%% \\"$HOME\\" \\\\"');
    expect(systemdArgument('100% $HOME')).toBe('"100%% $$HOME"');
    expect(systemdValue('a\nb')).toBe('"a\\x0ab"');
  });

  it('quotes a kickstart word as a shell would read it', () => {
    expect(kickstartWord("it's %end")).toBe(`'it'"'"'s %end'`);
    expect(() => kickstartWord('a\n%end')).toThrow(/line break/);
  });

  it('writes TOML basic strings', () => expect(tomlString('a"\\\n\u0001é')).toBe('"a\\"\\\\\\n\\u0001é"'));

  it('keeps a comment a comment', () => {
    expect(checkLine('debian12-lab', 'a comment')).toBe('debian12-lab');
    for (const text of ['a\nb', 'a\rb', 'a\u2028b', 'a\0b']) {
      expect(() => checkLine(text, 'a comment')).toThrow(/line break|NUL/);
    }
  });
});
