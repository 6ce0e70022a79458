/** What stands in place of a secret in a text for people. */
export const mask = '<secret>';

/** Ends of keys whose value is a secret wherever they stand: NodeConfig, cloud-config, AWS's configuration, headers, registries. */
const words =
  'activation_?code|password|(?<!no)passwd|passphrase|psk|token|secret|api_?key|access_?key|private_?key|auth_?key|authorization|(?<![a-z])auth';
const keyBefore = new RegExp(`(?:${words})["']?\\s{0,20}[:=]`, 'gi');
const option = new RegExp(`(--?[a-z-]{0,40}(?:${words}))[ \\t]{1,20}("[^"]*"|'[^']*'|[^\\s"']+)`, 'gi');

const longestScheme = 20;
const longestUserinfo = 512;

/**
 * A payload's text for a reviewer: values of keys and options that hold secrets, private keys and passwords in addresses are masked. A secret
 * under another name stays: who knows it adds it to the registry of secrets (core/secrets.ts). Reads each letter a few times at most. Pure.
 */
export function maskSecrets(text: string): string {
  return maskLines(maskPrivateKeys(text)).map(maskUserinfo).join('\n');
}

function maskPrivateKeys(text: string): string {
  return text.replace(
    /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)[\s\S]*?(-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    `$1 ${mask} $2`,
  );
}

function maskLines(text: string): string[] {
  const lines: string[] = [];
  /** Column of the key whose value has begun and goes on in deeper lines. */
  let begun: number | undefined;
  /** Column of the key whose value is still to come. */
  let pending: number | undefined;
  for (const line of text.split('\n')) {
    if (begun !== undefined && isDeeper(line, begun)) continue;
    begun = undefined;
    if (pending !== undefined && isDeeper(line, pending) && !isEntry(line)) {
      lines.push(maskedBelow(pending));
      begun = pending;
      continue;
    }
    pending = undefined;
    const secret = findSecret(line);
    if (secret === undefined) lines.push(line.replace(option, `$1 ${mask}`));
    else if (secret.kind === 'pending') {
      lines.push(line);
      pending = secret.column;
    } else {
      lines.push(...secret.lines);
      begun = secret.column;
    }
  }
  return lines;
}

type Secret = { kind: 'masked'; lines: string[]; column: number } | { kind: 'pending'; column: number };

/** The line without its first secret and all that is behind; lines deeper than its key belong to it. */
function findSecret(line: string): Secret | undefined {
  const column = /^[\s-]*/.exec(line)?.[0].length ?? 0;
  // Its list has a name and a password in each line.
  if (/^\s*chpasswd\s*:/.test(line))
    return { kind: 'masked', lines: [line.slice(0, line.indexOf(':') + 1), maskedBelow(column)], column };
  for (const match of line.matchAll(keyBefore)) {
    const at = match.index + match[0].length;
    const value = line.slice(at).trim();
    if (/^(true|false|null|~),?$/i.test(value)) continue;
    if (value === '') return { kind: 'pending', column };
    const isBlock = /^[|>][+-]?\d?[+-]?$/.test(value);
    const head = line.slice(0, at);
    const lines = isBlock ? [line, maskedBelow(column)] : [`${head} ${mask}${value.endsWith(',') ? ',' : ''}`];
    return { kind: 'masked', lines, column };
  }
  return undefined;
}

function maskedBelow(column: number): string {
  return `${' '.repeat(column + 2)}${mask}`;
}

function isDeeper(line: string, column: number): boolean {
  return line.trim() === '' || line.length - line.trimStart().length > column;
}

/** An entry of a map or a list, or a comment: no text that goes on from the line before. */
function isEntry(line: string): boolean {
  return /^\s*(-(\s|$)|["']?[\w.-]+["']?\s*:(\s|$)|#|$)/.test(line);
}

/** `https://user:password@host` */
function maskUserinfo(line: string): string {
  let clean = '';
  let from = 0;
  for (;;) {
    const at = line.indexOf('://', from);
    if (at < 0) return clean + line.slice(from);
    const start = at + 3;
    const userinfo = /^[^\s/@'"]+@/.exec(line.slice(start, start + longestUserinfo))?.[0];
    const hasScheme = /[a-z][a-z0-9+.-]*$/i.test(line.slice(Math.max(from, at - longestScheme), at));
    clean += line.slice(from, start) + (userinfo !== undefined && hasScheme ? `${mask}@` : '');
    from = start + (hasScheme ? (userinfo?.length ?? 0) : 0);
  }
}
