import type { ErrorCode } from 'yaml';

/** In our words: the parser's own quote the text, and a secret may stand there. */
const words: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias takes no anchor and no tag',
  BAD_ALIAS: 'no alias YAML can read; text that begins with * stands in quotes',
  BAD_DIRECTIVE: 'no directive YAML knows',
  BAD_DQ_ESCAPE: 'an unknown escape in double quotes; a backslash stands as \\\\ or in single quotes',
  BAD_INDENT: 'the indentation fits nothing above',
  BAD_PROP_ORDER: 'an anchor or a tag stands in the wrong place',
  BAD_SCALAR_START: 'text cannot begin with this character; accepted: text in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second colon on one line; text with a colon and a blank stands in quotes',
  BLOCK_IN_FLOW: 'a block stands inside brackets or braces',
  DUPLICATE_KEY: 'a key stands here a second time',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a quote, a colon, a bracket or a blank is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over the end of its line; a colon may be missing, or a quote',
  MULTIPLE_ANCHORS: 'two anchors on one value',
  MULTIPLE_DOCS: 'a second document',
  MULTIPLE_TAGS: 'two tags on one value',
  NON_STRING_KEY: 'a key that is no text',
  TAB_AS_INDENT: 'a tab indents the line; accepted: blanks',
  TAG_RESOLVE_FAILED: 'no tag YAML knows',
  UNEXPECTED_TOKEN: 'something stands here that does not belong here; a quote or a bracket may be missing before it',
};

export function wordSyntaxError(code: ErrorCode): string {
  return `no YAML: ${words[code] ?? 'it cannot be read from here on'}`;
}
