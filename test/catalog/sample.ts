import { inspectImage } from '../../src/catalog/resolve-image.ts';
import type { FlagValues } from '../../src/config/flags.ts';
import { readEnvironment } from '../../src/config/read-environment.ts';
import { type ResolvedConfig, resolveConfig } from '../../src/config/resolve.ts';
import { WrittenConfig } from '../../src/config/schema.ts';

export function configOf(written: WrittenConfig, flags: FlagValues = {}): ResolvedConfig {
  return resolveConfig({ written: WrittenConfig.parse(written), env: [], flags, variables: {} }).config;
}

/** With environment variables. */
export async function configWith(
  variables: Readonly<Record<string, string>>,
  written: WrittenConfig = {},
  flags: FlagValues = {},
): Promise<ResolvedConfig> {
  const { values } = await readEnvironment(variables, () => Promise.reject(new Error('no files here')));
  return resolveConfig({ written: WrittenConfig.parse(written), env: values, flags, variables: {} }).config;
}

export const checksum = `sha256:${'a'.repeat(64)}`;
export const cloudImage = { kind: 'cloudImage', url: 'https://example.org/image.qcow2', checksum } as const;
export const ubuntu = { os: { family: 'ubuntu', version: '24.04' }, source: cloudImage } as const;

/** What hnf has against one image. */
export function messagesOf(image: NonNullable<WrittenConfig['images']>[string], rest: WrittenConfig = {}): string[] {
  return inspectImage(configOf({ ...rest, images: { web: image } }), 'web').findings.map(
    ({ severity, path, message }) => `${severity} ${path} ${message}`,
  );
}
