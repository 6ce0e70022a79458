import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillSeed } from '../../src/render/fill-seed.ts';
import { templateFileText } from '../../src/render/quote/template-file.ts';
import { hostileText } from './hostile-text.ts';

const values = { public_key: 'ssh-ed25519 AAAA x', apt_proxy: '', rh_org: 'a b' };

describe('render/fill-seed', () => {
  it.each([
    ['key ${public_key}.', 'key ssh-ed25519 AAAA x.'],
    ['- ${jsonencode(public_key)}', '- "ssh-ed25519 AAAA x"'],
    ['${apt_proxy == "" ? "null" : jsonencode(apt_proxy)}', 'null'],
    ['${rh_org == "" ? "null" : jsonencode(rh_org)}', '"a b"'],
    ['${regex("^[a-z ]*$", rh_org)}', 'a b'],
    ['${ "}" }', '}'],
    ['$${x} %%{y} $x %x ${"$$"}{z}', '${x} %{y} $x %x $${z}'],
    ['docker --format {{"{{"}}.ID}}', 'docker --format {{.ID}}'],
  ])('reads %s', (text, filled) => {
    expect(fillSeed(text, values)).toBe(filled);
  });

  it.each([
    ['${nothing}', /'nothing', which has no value/],
    ['${public_key', /not closed/],
    ['${file("/etc/shadow")}', /none of ours/],
    ['${public_key + 1}', /none of ours/],
    ['${public_key rh_org}', /none of ours/],
    ['${}', /none of ours/],
    ['%{ if true }x%{ endif }', /HCL directive/],
    ['{{ env `HOME` }}', /Go template/],
    ['${regex("^[a-z]*$", rh_org)}', /cannot carry; accepted: /],
  ])('refuses %s', (text, words) => {
    expect(() => fillSeed(text, values)).toThrow(words);
  });

  it('gives back whatever was quoted', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(fillSeed(`a ${templateFileText(text)} b`, values)).toBe(`a ${text} b`);
      }),
    );
  });
});
