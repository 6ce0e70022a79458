const boundary = 'hybrid-node-factory';

/**
 * Several user data as one: a MIME message whose parts cloud-init takes in order. One stays as it is; none gives undefined.
 * @see https://docs.cloud-init.io/en/latest/explanation/format.html#mime-multi-part-archive
 */
export function joinUserData(parts: readonly string[]): string | undefined {
  if (parts.length < 2) return parts[0];
  const head = `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`;
  const body = parts.map((part) => `--${boundary}\n${partHeader(part)}\n\n${Buffer.from(part).toString('base64')}\n`);
  return `${head}${body.join('')}--${boundary}--\n`;
}

function partHeader(part: string): string {
  const type = part.startsWith('#cloud-config') ? 'text/cloud-config' : 'text/x-shellscript';
  return `Content-Type: ${type}; charset="utf-8"\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64`;
}
