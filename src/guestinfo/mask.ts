/** What stands in place of a secret in a text for people. */
export const mask = '<secret>';

/** Keys whose value is a secret wherever they stand: NodeConfig, cloud-config, AWS's configuration. */
const secretKey =
  '(?:activation_?code|password|passwd|hashed_passwd|plain_text_passwd|hashed_password|passphrase|psk|token|secret|api_?key|secret_?access_?key|session_?token|client_?secret|private_?key|auth_?key)';

/** `  password: x`, `- "passwd": "x"`, `--token=x`, `export TOKEN=x`; a value of several words to its end. */
const secretLine = new RegExp(
  `^([ \\t-]*(?:export\\s+)?["']?[\\w.-]*?${secretKey}["']?\\s*[:=][ \\t]*)(?!\\s*$|[|>][+-]?\\s*$)(.+?)(,?)$`,
  'gim',
);

/** A block under such a key: `password: |` and the lines that are indented deeper. */
const secretBlock = new RegExp(
  `^([ \\t]*)(["']?[\\w.-]*?${secretKey}["']?:[ \\t]*[|>][+-]?)\\n((?:\\1[ \\t]+\\S.*\\n?|\\s*\\n)+)`,
  'gim',
);

const privateKey = /(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----)[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g;

/** `https://user:password@host` */
const userinfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi;

/**
 * A payload's text for a reviewer: values of keys that hold secrets, private keys and passwords in addresses are masked. A secret under
 * another name stays: who knows it adds it to the registry of secrets (core/secrets.ts). Pure.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(privateKey, `$1 ${mask} $2`)
    .replace(secretBlock, (_all, indent: string, head: string) => `${indent}${head}\n${indent}  ${mask}\n`)
    .replace(secretLine, `$1${mask}$3`)
    .replace(userinfo, `$1${mask}@`);
}
