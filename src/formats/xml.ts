import { FactoryError } from '../core/errors.ts';

/** One element; text and attribute values are plain and get escaped when rendered. An absent attribute is left out. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string | undefined>>;
  content: readonly XmlElement[] | string;
}

export function xml(
  name: string,
  attributes: XmlElement['attributes'] = {},
  content: XmlElement['content'] = [],
): XmlElement {
  return { name, attributes, content };
}

/** A whole document: declaration, two spaces per level, one trailing newline. */
export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderElement(root, '')}`;
}

function renderElement(element: XmlElement, indent: string): string {
  const attributes = Object.entries(element.attributes)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const open = `${indent}<${element.name}${attributes}`;
  if (element.content.length === 0) return `${open}/>\n`;
  if (typeof element.content === 'string') return `${open}>${escapeXml(element.content)}</${element.name}>\n`;
  const children = element.content.map((child) => renderElement(child, `${indent}  `)).join('');
  return `${open}>\n${children}${indent}</${element.name}>\n`;
}

/** Control characters other than tab, newline and carriage return, and two code points that XML 1.0 leaves out. */
const unwritable = /[^\t\n\r\P{Cc}]|[\ufffe\uffff]/u;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Text for an attribute value or element content; white space survives attribute normalisation.
 * @throws FactoryError `input.invalid` for characters that XML 1.0 cannot carry.
 */
export function escapeXml(text: string): string {
  if (unwritable.test(text) || !text.isWellFormed()) {
    throw new FactoryError('input.invalid', `${JSON.stringify(text)} has a character that XML cannot carry`, {
      hint: 'Remove control characters from the text.',
    });
  }
  return text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character] ?? character);
}
