import { defaults } from './defaults.ts';
import type { SecretName } from './environment.ts';
import type { Finding, Place } from './findings.ts';
import { configFlags, type FlagValues } from './flags.ts';
import type { Locate } from './locate.ts';
import { type Environment, type EnvironmentValue, secretsOf } from './read-environment.ts';
import { WrittenConfig } from './schema.ts';
import { listSchemaFindings } from './schema-findings.ts';
import { imageSettings, type WrittenImage } from './schema-image.ts';
import type { WrittenNode } from './schema-node.ts';
import type { WrittenAccess, WrittenUserdata } from './schema-userdata.ts';
import { flatten, nest } from './tree.ts';
import type { Accelerator, imageFormats } from './values.ts';

/** Where a value came from. */
export type Origin =
  | { kind: 'default' }
  | { kind: 'file'; file: string; line?: number; column?: number }
  | { kind: 'environment'; name: string }
  | { kind: 'flag'; name: string };

/** The settings that hold for images: what `images.<name>` may say as well, without its `os` and `source`. */
export type ImageSettings = Omit<WrittenImage, 'extends' | 'os' | 'source'>;

/** The config, complete and read-only: flag > environment > config file > default. */
export interface ResolvedConfig {
  readonly cluster: Readonly<NonNullable<WrittenConfig['cluster']>> & {
    readonly name: string | undefined;
    readonly region: string;
  };
  readonly ssm: Readonly<NonNullable<WrittenConfig['ssm']>>;
  readonly iamRolesAnywhere: Readonly<NonNullable<WrittenConfig['iamRolesAnywhere']>>;
  readonly node: Readonly<WrittenNode>;
  readonly access: Readonly<WrittenAccess>;
  readonly userdata: Readonly<WrittenUserdata>;
  readonly accelerator: Accelerator;
  readonly output: { readonly directory: string; readonly formats: readonly (typeof imageFormats)[number][] };
  /** `directory` may be relative to the folder hnf is run in; `~/` is already the home folder. */
  readonly cache: { readonly directory: string; readonly maxGiB: number };
  readonly iso: Readonly<NonNullable<WrittenConfig['iso']>>;
  readonly cloudImage: Readonly<NonNullable<WrittenConfig['cloudImage']>>;
  readonly vsphere: Readonly<NonNullable<WrittenConfig['vsphere']>> & { readonly insecure: boolean };
  readonly redhat: Readonly<NonNullable<WrittenConfig['redhat']>>;
  /** From flags and the environment: beats what an image says. */
  readonly imageOverrides: ImageSettings;
  /** From the top of the config file: an image may say otherwise. */
  readonly imageDefaults: ImageSettings;
  readonly images: Readonly<Record<string, WrittenImage>>;
  readonly secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** By path, for every value above; values inside `images` are found with `locate`. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly locate: (path: readonly (string | number)[]) => Place;
}

export interface ResolveInput {
  written: WrittenConfig;
  /** The config file as messages name it. */
  file?: string | undefined;
  locate?: Locate | undefined;
  env: readonly EnvironmentValue[];
  flags: FlagValues;
  /** `HOME` and `XDG_CACHE_HOME` for the cache's folder. */
  variables: Environment;
}

export interface ResolveResult {
  config: ResolvedConfig;
  origins: ReadonlyMap<string, Origin>;
  /** The merged config as if a person had written it, for the rules. */
  merged: WrittenConfig;
  findings: readonly Finding[];
}

interface Given {
  path: string;
  value: unknown;
  origin: Origin;
}

const imageKeys = [...Object.keys(imageSettings), 'build'];

/** Merges what was written with flags, environment and defaults. Pure. A value that is refused is left out and reported. */
export function resolveConfig(input: ResolveInput): ResolveResult {
  const judged = [...fromEnvironment(input.env), ...fromFlags(input.flags)].map((given) => ({
    given,
    findings: judge(given),
  }));
  const outside = judged.filter(({ findings }) => findings.length === 0).map(({ given }) => given);
  const all = [...fromDefaults(input.variables), ...fromFile(input), ...outside].map((given) =>
    withHome(given, input.variables),
  );
  const origins = new Map(all.map(({ path, origin }) => [path, origin]));
  const merged = WrittenConfig.parse({
    ...nest(all.map(({ path, value }) => [path, value])),
    images: input.written.images,
  });
  const config = complete(merged, origins, all, input);
  return { config, origins, merged, findings: judged.flatMap(({ findings }) => findings) };
}

function complete(
  merged: WrittenConfig,
  origins: ReadonlyMap<string, Origin>,
  all: readonly Given[],
  input: ResolveInput,
): ResolvedConfig {
  const { cache, output } = merged;
  return {
    cluster: {
      ...merged.cluster,
      name: merged.cluster?.name,
      region: merged.cluster?.region ?? defaults.cluster.region,
    },
    ssm: merged.ssm ?? {},
    iamRolesAnywhere: merged.iamRolesAnywhere ?? {},
    node: merged.node ?? {},
    access: merged.access ?? {},
    userdata: merged.userdata ?? {},
    accelerator: merged.build?.accelerator ?? defaults.build.accelerator,
    output: {
      directory: output?.directory ?? defaults.output.directory,
      formats: output?.formats ?? defaults.output.formats,
    },
    cache: {
      directory: cache?.directory ?? defaults.cache.directory,
      maxGiB: cache?.maxGiB ?? defaults.cache.maxGiB,
    },
    iso: merged.iso ?? {},
    cloudImage: merged.cloudImage ?? {},
    vsphere: { ...merged.vsphere, insecure: merged.vsphere?.insecure ?? defaults.vsphere.insecure },
    redhat: merged.redhat ?? {},
    imageOverrides: settingsFrom(all, ['environment', 'flag']),
    imageDefaults: settingsFrom(all, ['file']),
    images: merged.images ?? {},
    secrets: secretsOf(input.env),
    origins,
    locate: (path) => placeInFile(input, path),
  };
}

function settingsFrom(all: readonly Given[], kinds: readonly Origin['kind'][]): ImageSettings {
  const own = all.filter(({ path, origin }) => kinds.includes(origin.kind) && isImageSetting(path));
  const parsed: Readonly<Record<string, unknown>> = WrittenConfig.parse(
    nest(own.map(({ path, value }) => [path, value])),
  );
  return Object.fromEntries(imageKeys.map((key) => [key, parsed[key]])) as ImageSettings;
}

function isImageSetting(path: string): boolean {
  return imageKeys.includes(path.split('.')[0] ?? '') && path !== 'build.accelerator';
}

function fromDefaults(variables: Environment): Given[] {
  const { cluster, iamRolesAnywhere, output, cache, vsphere, build } = defaults;
  const cacheRoot = variables['XDG_CACHE_HOME'];
  const directory = cacheRoot === undefined || cacheRoot === '' ? cache.directory : `${cacheRoot}/hybrid-node-factory`;
  const values = {
    cluster,
    iamRolesAnywhere,
    output,
    cache: { ...cache, directory },
    vsphere,
    build: { accelerator: build.accelerator },
  };
  return flatten(values).map(([path, value]) => ({ path, value, origin: { kind: 'default' } }));
}

function fromFile({ written, file, locate }: ResolveInput): Given[] {
  const { images: _images, $schema: _schema, ...rest } = written;
  return flatten(rest).map(([path, value]) => {
    const position = locate?.(path.split('.'), 'value') ?? {};
    return { path, value, origin: { kind: 'file', file: file ?? 'the config', ...position } };
  });
}

function fromEnvironment(values: readonly EnvironmentValue[]): Given[] {
  return values.flatMap(({ variable, name, text }): Given[] => {
    if (variable.path === undefined) return [];
    return [{ path: variable.path, value: readText(text, variable.as), origin: { kind: 'environment', name } }];
  });
}

function fromFlags(flags: FlagValues): Given[] {
  return Object.entries(configFlags).flatMap(([key, spec]): Given[] => {
    const value = flags[key];
    if (value === undefined || value === false) return [];
    const given = typeof value === 'string' ? readText(value, 'as' in spec ? spec.as : undefined) : value;
    const paths = 'also' in spec ? [spec.path, spec.also] : [spec.path];
    return paths.map((path) => ({ path, value: given, origin: { kind: 'flag', name: spec.flag } }));
  });
}

function readText(text: string, as: 'list' | 'boolean' | undefined): unknown {
  if (as === 'list')
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (as !== 'boolean') return text;
  if (/^(1|t|true|yes)$/i.test(text)) return true;
  return /^(0|f|false|no)$/i.test(text) ? false : text;
}

/** The same rules as for the file; the message names the variable or the flag. */
function judge({ path, value, origin }: Given): Finding[] {
  const found = listSchemaFindings(WrittenConfig, nest([[path, value]]));
  return found.map(({ severity, message }) => ({
    severity,
    path,
    message,
    ...placeOf(origin),
    hint: whereToCorrect(origin),
  }));
}

function whereToCorrect(origin: Origin): string {
  return origin.kind === 'environment'
    ? `Correct or unset ${origin.name}.`
    : `Correct ${origin.kind === 'flag' ? origin.name : 'it'}.`;
}

/** An origin as the place of a finding. */
export function placeOf(origin: Origin): Place {
  switch (origin.kind) {
    case 'file':
      return { file: origin.file, ...positionOf(origin) };
    case 'environment':
      return { source: `environment variable ${origin.name}` };
    case 'flag':
      return { source: `flag ${origin.name}` };
    case 'default':
      return { source: 'default' };
  }
}

function positionOf({ line, column }: { line?: number; column?: number }): Place {
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function placeInFile({ file, locate }: ResolveInput, path: readonly (string | number)[]): Place {
  return file === undefined ? {} : { file, ...locate?.(path, 'value') };
}

/** `~/` in the cache's folder is the home folder. */
function withHome(given: Given, variables: Environment): Given {
  const home = variables['HOME'];
  if (given.path !== 'cache.directory' || home === undefined || typeof given.value !== 'string') return given;
  return { ...given, value: given.value.replace(/^~(?=\/|$)/, () => home) };
}
