import { FactoryError } from '../../core/errors.ts';
import type { SeedVariable } from '../seed.ts';

export type KickstartValues = Partial<Readonly<Record<SeedVariable, string>>>;

/** Values of the right shape, for judges that look at a kickstart before there is a build. */
export const sampleKickstartValues: KickstartValues = {
  public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam hnf-build',
  rh_org: '1234567',
  rh_activation_key: 'example-key',
};

/**
 * What the installer will read: Packer's part done here, for our own templates only. First HCL's templatefile with the two
 * expressions they use, then the Go template.
 */
export function fillKickstart(rendered: string, values: KickstartValues): string {
  const filled = rendered.replace(/\$\$\{|%%\{|\$\{([^}]*)\}/g, (found, expression: string | undefined) =>
    expression === undefined ? found.slice(1) : evaluate(expression, values),
  );
  return filled.replaceAll('{{"{{"}}', '{{');
}

/** `name`, `"signs"` or `regex("^…$", name)`. */
function evaluate(expression: string, values: KickstartValues): string {
  const signs = /^"([$%]+)"$/.exec(expression)?.[1];
  if (signs !== undefined) return signs;
  const [, pattern, name] = /^(?:regex\("([^"]*)", )?([a-z_]+)\)?$/.exec(expression) ?? [];
  const value = values[name as SeedVariable];
  if (value === undefined) {
    throw new FactoryError('internal', `a kickstart names '${expression}', for which there is no value`);
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    throw new FactoryError(
      'input.invalid',
      `${name} has a character that a kickstart cannot carry; accepted: ${pattern}`,
    );
  }
  return value;
}
