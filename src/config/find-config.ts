import { dirname, join, resolve } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import type { ConfigFiles } from './config-files.ts';

export const configNames = [
  'images.config.ts',
  'images.config.yaml',
  'images.config.yml',
  'images.config.json',
] as const;

/**
 * The nearest config file from `folder` upwards, or undefined.
 * @throws FactoryError `config.invalid` when a folder has several: which one counts must not depend on an order nobody knows.
 */
export async function findConfigFile(folder: string, files: ConfigFiles): Promise<string | undefined> {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const present = await files.list(current);
    const found = configNames.filter((name) => present.includes(name));
    if (found.length > 1) {
      throw new FactoryError('config.invalid', `'${current}' has several configs: ${found.join(', ')}; accepted: one`, {
        hint: 'Remove all but one, or name one with --config.',
      });
    }
    if (found[0] !== undefined) return join(current, found[0]);
    if (dirname(current) === current) return undefined;
  }
}
