import { load } from 'js-yaml';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample hnf-build';

/** What Packer makes of the expressions our own seeds use, without Packer. @throws on any other expression. */
export function fillSeed(text: string): string {
  const filled = text.replace(/\$\$\{|%%\{|\$\{([^}]*)\}/g, (found, expression: string | undefined) => {
    if (expression === undefined) return found.slice(1);
    const value = values.get(expression);
    if (value === undefined) throw new Error(`a seed uses '${expression}'`);
    return value;
  });
  return filled.replaceAll('{{"{{"}}', '{{');
}

const values: ReadonlyMap<string, string> = new Map([
  ['public_key', publicKey],
  ['jsonencode(public_key)', JSON.stringify(publicKey)],
  ['apt_proxy', ''],
  ['apt_proxy == "" ? "null" : jsonencode(apt_proxy)', 'null'],
  ['"$$"', '$$'],
  ['"%%"', '%%'],
]);

/** A filled seed read as YAML. */
export function readYamlSeed(text: string): Record<string, unknown> {
  return load(fillSeed(text)) as Record<string, unknown>;
}
