import type { WrittenConfig } from './schema.ts';

/** Gives `images.config.ts` its types; returns what it is given. */
export function defineConfig(config: WrittenConfig): WrittenConfig {
  return config;
}
