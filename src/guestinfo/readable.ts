import { type MimePart, parseMime } from './mime.ts';

/** A payload's text for a person: of a MIME message its parts as they will be read, base64 taken off; anything else as it is. Pure. */
export function renderReadable(text: string): string {
  const parts = findParts(text);
  return parts === undefined ? text : renderParts(parts);
}

export function renderParts(parts: readonly MimePart[]): string {
  return parts
    .map(({ type, filename, text }) => {
      const name = filename === undefined ? '' : ` ${filename}`;
      return `# --- ${type}${name}\n${text.endsWith('\n') ? text : `${text}\n`}`;
    })
    .join('');
}

/** Undefined also for a message that cannot be taken apart. */
function findParts(text: string): MimePart[] | undefined {
  try {
    return parseMime(text, 'the payload');
  } catch {
    return undefined;
  }
}
