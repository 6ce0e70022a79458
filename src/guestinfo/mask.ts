/** What stands in place of a secret in a text for people. */
export const mask = '<secret>';

/** Ends of keys whose value is a secret wherever they stand: NodeConfig, cloud-config, AWS's configuration. */
const secretKey =
  /(activation_?code|password|passwd|passphrase|psk|token|secret|api_?key|secret_?access_?key|client_?secret|private_?key|auth_?key)["']?\s*$/i;

/** A key stands at the beginning of its line; whatever comes later is a value. */
const longestKey = 120;
const longestScheme = 20;
const longestUserinfo = 512;

/**
 * A payload's text for a reviewer: values of keys that hold secrets, private keys and passwords in addresses are masked. A secret under
 * another name stays: who knows it adds it to the registry of secrets (core/secrets.ts). Reads each letter once. Pure.
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
  /** Indentation of the key whose block is being left out. */
  let block: number | undefined;
  for (const line of text.split('\n')) {
    if (block !== undefined && (line.trim() === '' || indentOf(line) > block)) continue;
    block = undefined;
    const at = findSecretValue(line);
    const value = at === undefined ? '' : line.slice(at).trim();
    if (at === undefined || value === '') lines.push(line);
    else if (/^[|>][+-]?\d?$/.test(value)) {
      block = indentOf(line);
      lines.push(line, `${' '.repeat(block + 2)}${mask}`);
    } else lines.push(`${line.slice(0, at)} ${mask}${value.endsWith(',') ? ',' : ''}`);
  }
  return lines;
}

/** Where the value begins, behind `key:` or `key=`. */
function findSecretValue(line: string): number | undefined {
  const head = line.slice(0, longestKey);
  const at = head.search(/[:=]/);
  return at >= 0 && secretKey.test(head.slice(0, at)) ? at + 1 : undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
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
