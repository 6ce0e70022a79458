import { z } from 'zod';
import { defaults, ownToEachImage } from './defaults.ts';
import { formatPath, maskUserinfo } from './findings.ts';
import type { EnvironmentValue } from './read-environment.ts';
import { type Origin, placeOf, type ResolvedConfig } from './resolve.ts';
import { WrittenConfig } from './schema.ts';
import { valueAt } from './schema-findings.ts';
import { fieldsOf, unwrap } from './schema-walk.ts';
import { flatten } from './tree.ts';

/** One row of `hnf config check`. */
export interface ValueRow {
  path: string;
  /** Secrets are `set (hidden)`. */
  value: string;
  origin: string;
}

/** Every value that is in force, where it came from, secrets masked: the config's, the images' and the variables handed on. */
export function listValues(
  config: ResolvedConfig,
  merged: WrittenConfig,
  environment: readonly EnvironmentValue[],
): ValueRow[] {
  const top = listPaths(WrittenConfig.omit({ $schema: true, images: true })).flatMap((path) =>
    topRow(config, merged, path),
  );
  return [...top, ...imageRows(config, merged.images ?? {}), ...secretRows(environment), ...handedOn(environment)];
}

/** Paths of all single values, in the schema's order. */
function listPaths(schema: z.ZodType, prefix: readonly string[] = []): string[][] {
  return fieldsOf(schema).flatMap((field) => {
    const path = [...prefix, field.key];
    return unwrap(field.schema) instanceof z.ZodObject ? listPaths(field.schema, path) : [path];
  });
}

/** Nothing for a value that is not set and has no default. */
function topRow(config: ResolvedConfig, merged: WrittenConfig, parts: readonly string[]): ValueRow[] {
  const path = parts.join('.');
  const given = valueAt(merged, parts);
  const origin = config.origins.get(path);
  if (given !== undefined)
    return [{ path, value: showValue(given), origin: origin === undefined ? '' : formatOrigin(origin) }];
  if (ownToEachImage.includes(path)) return [{ path, value: "(each image's own)", origin: 'default' }];
  const fallback = valueAt(defaults, parts);
  return fallback === undefined || fallback === null ? [] : [{ path, value: showValue(fallback), origin: 'default' }];
}

function imageRows(config: ResolvedConfig, images: NonNullable<WrittenConfig['images']>): ValueRow[] {
  return Object.entries(images).flatMap(([name, image]) =>
    flatten(image).map(([path, value]): ValueRow => {
      const parts = ['images', name, ...path.split('.')];
      const place = config.locate(parts);
      const origin: Origin = { kind: 'file', file: place.file ?? 'the config', ...place };
      return { path: formatPath(parts), value: showValue(value), origin: formatOrigin(origin) };
    }),
  );
}

function secretRows(environment: readonly EnvironmentValue[]): ValueRow[] {
  const last = new Map<string, EnvironmentValue>();
  for (const value of environment) if (value.variable.secret !== undefined) last.set(value.variable.secret, value);
  return [...last].map(([secret, { name }]) => ({
    path: `secrets.${secret}`,
    value: 'set (hidden)',
    origin: formatOrigin({ kind: 'environment', name }),
  }));
}

function handedOn(environment: readonly EnvironmentValue[]): ValueRow[] {
  return environment
    .filter(({ variable }) => variable.path === undefined && variable.secret === undefined)
    .map(({ name, text }) => ({
      path: `environment.${name}`,
      value: showValue(text),
      origin: formatOrigin({ kind: 'environment', name }),
    }));
}

/** On one line and without a password that stands in a URL; of files, scripts and certificates only the name. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(showItem).join(', ');
  if (value === null) return '(none)';
  return maskUserinfo(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function showItem(value: unknown): string {
  if (value === null || typeof value !== 'object') return showValue(value);
  const named = value as Readonly<Record<string, unknown>>;
  const name = ['path', 'name', 'id', 'reference', 'file'].map((key) => named[key]).find((text) => text !== undefined);
  return maskUserinfo(String(name ?? JSON.stringify(value)));
}

/** `images.config.yaml:3:5`, `environment K8S_VERSION`, `flag --kubernetes`, `default`. */
export function formatOrigin(origin: Origin): string {
  const place = placeOf(origin);
  if (place.file === undefined) return (place.source ?? '').replace('environment variable', 'environment');
  return [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
}
