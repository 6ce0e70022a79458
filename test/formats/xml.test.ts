import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml, renderXml, xml } from '../../src/formats/xml.ts';
import { readXmlTags } from '../../src/formats/xml-tags.ts';

const hostile = fc.constantFrom(
  '<',
  '>',
  '&',
  '"',
  "'",
  '\n',
  '\t',
  '\r',
  ' ',
  '=',
  '/',
  ';',
  'a',
  'ü',
  '\u{1f600}',
  '\u0001',
  '\ud83d',
);

describe('formats/xml', () => {
  it('renders elements, attributes and text', () => {
    const root = xml('A', { 'n:x': '1', left: undefined }, [xml('B', {}, 'a < b & "c"'), xml('C')]);
    expect(renderXml(root)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<A n:x="1">\n  <B>a &lt; b &amp; &quot;c&quot;</B>\n  <C/>\n</A>\n',
    );
  });

  it('lets no attribute value out of its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: hostile }), (value) => {
        let text: string;
        try {
          text = renderXml(xml('A', { 'n:x': value }, [xml('B')]));
        } catch {
          return;
        }
        expect(readXmlTags(text)).toEqual([
          { name: 'A', attributes: new Map([['x', value]]) },
          { name: 'B', attributes: new Map() },
        ]);
      }),
    );
  });

  it.each(['\u0000', 'a\u001bb', '\uffff', '\ud800'])('refuses %j', (text) => {
    expect(() => escapeXml(text)).toThrow('a character that XML cannot carry');
  });

  it('reads tags around comments, CDATA and both kinds of quotes', () => {
    const text = `<?xml version="1.0"?><!-- <File/> --><ovf:File ovf:href='a"b' ovf:size = "3"/><![CDATA[<Disk/>]]>`;
    expect(readXmlTags(text)).toEqual([
      {
        name: 'File',
        attributes: new Map([
          ['href', 'a"b'],
          ['size', '3'],
        ]),
      },
    ]);
  });
});
