import { FactoryError } from '../core/errors.ts';
import { readNodeConfig } from './check.ts';
import type { NodeConfigFinding } from './finding.ts';
import type { NodeConfig } from './types.ts';

/**
 * Reads a NodeConfig (YAML or JSON) the way `nodeadm` does. Pure.
 * @param options.file as errors name it.
 * @throws FactoryError `input.invalid` with every error of the file; warnings do not count.
 */
export function parseNodeConfig(content: string | Uint8Array, options: { file?: string } = {}): NodeConfig {
  const file = options.file ?? 'NodeConfig';
  const { config, findings } = readNodeConfig(content, { file });
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw nodeConfigError(file, errors);
  return config as NodeConfig;
}

/** All errors in one. */
function nodeConfigError(file: string, errors: readonly NodeConfigFinding[]): FactoryError {
  const count = errors.length === 1 ? '1 thing is' : `${errors.length} things are`;
  return new FactoryError('input.invalid', `${count} wrong in ${file}`, {
    details: errors.map(formatNodeConfigFinding),
    hint: "Correct this; 'hnf nodeconfig check' looks at it again.",
  });
}

/** `node.yaml:7:21: spec.cluster.region: 'us-west-22' is no AWS region; did you mean 'us-west-2'?` */
export function formatNodeConfigFinding(finding: NodeConfigFinding): string {
  const { file, line, column, path, severity, message, hint } = finding;
  const where = path === '' ? '' : `${path}: `;
  const stop = message.endsWith('?') ? '' : '.';
  const more = hint === undefined ? '' : ` ${hint}`;
  return `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${where}${message}${stop}${more}`;
}
