/** One line of `packer … -machine-readable`: `unixtime,target,type,data…`. */
export interface PackerLine {
  target: string;
  type: string;
  data: readonly string[];
}

/**
 * Undefined for lines that are no record (Go panics, plugin chatter).
 * @see https://developer.hashicorp.com/packer/docs/commands#machine-readable-output
 */
export function findPackerLine(text: string): PackerLine | undefined {
  const match = /^(\d+),([^,]*),([^,]*),?(.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, , target = '', type = '', rest = ''] = match;
  return { target, type, data: rest.split(',').map(unescapeField) };
}

/** What Packer says to people: `say`, `message` or `error`. */
export interface PackerSpeech {
  kind: string;
  text: string;
}

export function findSpeech(line: PackerLine): PackerSpeech | undefined {
  if (line.type !== 'ui') return undefined;
  const [kind = 'say', ...words] = line.data;
  return { kind, text: withoutTarget(words.join(','), line.target) };
}

/** What Packer last said in a build's output, one line each: its errors if it named any. Pure. */
export function findLastWords(output: string, count: number): string[] {
  const speeches = output.split('\n').flatMap((text) => {
    const line = findPackerLine(text);
    return (line === undefined ? undefined : findSpeech(line)) ?? [];
  });
  const errors = speeches.filter(({ kind }) => kind === 'error');
  return (errors.length > 0 ? errors : speeches).slice(-count).map(({ text }) => text.replace(/\s+/g, ' ').trim());
}

/** The line of a build that has a result. Packer masks even this number where it is a sensitive value as well. */
export function isBuiltArtifact(line: PackerLine): boolean {
  return line.type === 'artifact-count' && line.data[0] !== '0';
}

function unescapeField(field: string): string {
  return field.replaceAll('%!(PACKER_COMMA)', ',').replaceAll('\\n', '\n').replaceAll('\\r', '\r');
}

/** Packer prefixes `==> image.qemu.name: ` or spaces and the name. */
function withoutTarget(text: string, target: string): string {
  const plain = text.replace(/^(==>|\s+)\s*/, '');
  const start = target === '' ? -1 : plain.indexOf(`${target}: `);
  return (start === 0 ? plain.slice(target.length + 2) : plain.replace(/^[\w.-]+: /, '')).trimEnd();
}
