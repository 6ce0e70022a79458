/** A block of formatted HCL: `packer fmt` puts each attribute and each brace on a line of its own. */
export interface HclBlock {
  /** `source`, `variable`, … */
  type: string;
  labels: readonly string[];
  /** From 1. */
  line: number;
  attributes: ReadonlyMap<string, HclAttribute>;
}

export interface HclAttribute {
  line: number;
  /** The expression as it is written, over all its lines, without comments. */
  text: string;
}

/**
 * The blocks of a file of ours, those inside others included. Not a parser of HCL: it goes by the layout that `packer fmt` gives, which
 * another judge checks.
 */
export function readBlocks(text: string): HclBlock[] {
  const blocks: HclBlock[] = [];
  const open: { block: HclBlock; attributes: Map<string, HclAttribute>; indent: string }[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const header = /^(\s*)([a-z][a-z0-9_-]*)((?: "[^"]*")*) \{$/.exec(line);
    const attribute = /^(\s*)([A-Za-z_][A-Za-z0-9_]*)\s+= (.*)$/.exec(line);
    const current = open.at(-1);
    if (header !== null) {
      const [, indent = '', type = '', words = ''] = header;
      const attributes = new Map<string, HclAttribute>();
      const labels = [...words.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
      const block = { type, labels, line: at + 1, attributes };
      blocks.push(block);
      open.push({ block, attributes, indent });
    } else if (current !== undefined && line === `${current.indent}}`) {
      open.pop();
    } else if (current !== undefined && attribute !== null) {
      const [, indent = '', name = ''] = attribute;
      const end = findEnd(lines, at, indent);
      current.attributes.set(name, { line: at + 1, text: joinLines(lines.slice(at, end + 1), attribute[3] ?? '') });
      at = end;
    }
  }
  return blocks;
}

/** The last line of an expression that begins on this one. */
function findEnd(lines: readonly string[], from: number, indent: string): number {
  if (!/[[{(]$/.test(lines[from] ?? '')) return from;
  const end = lines.findIndex(
    (line, at) => at > from && line.startsWith(indent) && /^[\]})]/.test(line.slice(indent.length)),
  );
  return end === -1 ? lines.length - 1 : end;
}

function joinLines(lines: readonly string[], first: string): string {
  const rest = lines.slice(1).filter((line) => !/^\s*#/.test(line));
  return [first, ...rest].join('\n');
}

/** The plain strings in an expression, unquoted. */
export function stringsIn(text: string): string[] {
  return [...text.matchAll(/"((?:\\.|[^"\\])*)"/g)].map((match) => unquote(match[1] ?? ''));
}

function unquote(text: string): string {
  const plain = text.replaceAll('$${', '${').replaceAll('%%{', '%{');
  return plain.replace(/\\(u[0-9a-f]{4}|.)/g, (_, code: string) => named[code] ?? fromHex(code));
}

const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function fromHex(code: string): string {
  return String.fromCharCode(Number.parseInt(code.slice(1), 16));
}
