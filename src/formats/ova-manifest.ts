/** File name to SHA-256, lower-case hex. */
export type OvaDigests = ReadonlyMap<string, string>;

/** The `.mf` file (DMTF DSP0243): one line per file, no blank before the parenthesis, or importers refuse it. */
export function renderOvaManifest(digests: OvaDigests): string {
  return [...digests].map(([name, sha256]) => `SHA256(${name})= ${sha256}\n`).join('');
}

/** The digests of a manifest; undefined when a line is anything but `SHA256(name)= hex`. */
export function parseOvaManifest(text: string): Map<string, string> | undefined {
  const digests = new Map<string, string>();
  for (const line of text.split('\n').filter((candidate) => candidate !== '')) {
    const match = /^SHA256\(([^()]+)\)= ([0-9a-f]{64})$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) return undefined;
    digests.set(match[1], match[2]);
  }
  return digests;
}
