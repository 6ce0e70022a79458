import { literalOf, readHcl } from '../../render/read-hcl.ts';
import { fillByPacker, readByPyYaml, readByShell, splitByShlex } from './real-readers.ts';

/** A rendered file with a text in it somewhere. */
export interface Piece {
  text: string;
  path: string;
  content: string;
}

/** What the real parsers read out of each file, as plain data; files that have no parser of their own stay as they are. */
export async function readPieces(pieces: readonly Piece[], packer: string, python: string): Promise<unknown[]> {
  const read: unknown[] = pieces.map(({ content }) => content);
  const pick = (matches: (path: string) => boolean) =>
    [...pieces.keys()].filter((at) => matches(pieces[at]?.path ?? ''));
  const texts = (indexes: readonly number[]) => indexes.map((at) => String(read[at]));
  const place = (indexes: readonly number[], values: readonly unknown[]) => {
    for (const [index, at] of indexes.entries()) read[at] = values[index];
  };
  const hcl = pick((path) => path.endsWith('.pkr.hcl'));
  place(hcl, await Promise.all(texts(hcl).map(readHcl)));
  const seeds = pick((path) => path.startsWith('seed/') && path.includes('.pkrtpl.'));
  place(
    seeds,
    (await fillByPacker(packer, texts(seeds))).map((text) => text ?? 'Packer refuses it'),
  );
  const yaml = seeds.filter((at) => pieces[at]?.path.includes('user-data'));
  place(yaml, await readByPyYaml(python, texts(yaml)));
  const kickstarts = seeds.filter((at) => pieces[at]?.path.includes('ks.cfg'));
  for (const at of kickstarts) read[at] = await splitByShlex(python, linesOf(String(read[at])));
  const settings = pick((path) => path === 'profile/profile.env');
  place(settings, await readByShell(texts(settings)));
  return read;
}

/** As Python's `splitlines`, which pykickstart calls. */
function linesOf(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends a line at three of them
  return text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
}

/** Takes the text out of whatever was read, so that two texts can be compared by what is around them. */
export function withoutText(value: unknown, text: string): unknown {
  if (typeof value === 'string') return cut(value, text);
  if (Array.isArray(value)) return value.map((item) => withoutText(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cut(key, text), withoutText(item, text)]));
}

/** HCL normalizes its strings; they come as its own templates, and in them are Go templates for the plugin. */
function cut(value: string, text: string): string {
  const forms = [text, text.normalize('NFC')];
  const plain = literalOf(value).replaceAll('{{"{{"}}', '{{');
  return [value, plain]
    .map((candidate) => forms.reduce((left, form) => left.replaceAll(form, '\u0001'), candidate))
    .at(value.includes(text) ? 0 : 1) as string;
}
