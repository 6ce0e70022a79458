import { FactoryError } from '../core/errors.ts';

/** `auto`: official releases, then our own build; `release` and `go`: only that one. */
export const toolsSources = ['auto', 'release', 'go'] as const;

export type ToolsSource = (typeof toolsSources)[number];

/** @throws FactoryError `usage` for a value that is none of them. */
export function findToolsSource(env: Readonly<Record<string, string | undefined>>): ToolsSource {
  const value = env['HNF_TOOLS_SOURCE'] || 'auto';
  const source = toolsSources.find((candidate) => candidate === value);
  if (source !== undefined) return source;
  throw new FactoryError('usage', `HNF_TOOLS_SOURCE is '${value}'; accepted: ${toolsSources.join(', ')}`, {
    hint: 'Unset it to let hnf choose.',
  });
}
