/** A start tag: name and attribute names without their namespace prefix. */
export interface XmlTag {
  name: string;
  attributes: ReadonlyMap<string, string>;
}

const skipped = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g;
const startTag = /<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g;
const attribute = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The start tags of a document in order. Enough to read sizes and references out of an OVF; it validates nothing. */
export function readXmlTags(text: string): XmlTag[] {
  return [...text.replace(skipped, '').matchAll(startTag)].map((match) => ({
    name: localName(match[1] ?? ''),
    attributes: new Map(
      [...(match[2] ?? '').matchAll(attribute)].map((found) => [
        localName(found[1] ?? ''),
        unescapeXml(found[2] ?? found[3] ?? ''),
      ]),
    ),
  }));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name] ?? whole;
  });
}
