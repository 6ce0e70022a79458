/** What a person sets for Packer itself holds for hnf too: waiting times, a package proxy. Pure. */
export function readPackerVariables(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const prefix = 'PKR_VAR_';
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[1] !== undefined,
  );
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
