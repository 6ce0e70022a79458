import { boolYaml11Tag, load, NOT_RESOLVED, YAML11_SCHEMA, YAMLException } from 'js-yaml';
import { looksLikeMime } from './mime.ts';
import type { JsonMap } from './types.ts';

/** PyYAML, and with it cloud-init, leaves `y` and `n` as they are. */
const pyYamlSchema = YAML11_SCHEMA.withTags({
  ...boolYaml11Tag,
  resolve: (source, isExplicit, tagName) =>
    /^[yn]$/i.test(source) ? NOT_RESOLVED : boolYaml11Tag.resolve(source, isExplicit, tagName),
});

export interface CloudConfigSyntaxFault {
  line?: number;
  column?: number;
  message: string;
  hint?: string;
}

/**
 * A `#cloud-config` of somebody's own, read as cloud-init reads it: YAML 1.1, where `yes` is true and `0644` is 420. Pure.
 */
export function parseCloudConfig(text: string): { config: JsonMap } | { fault: CloudConfigSyntaxFault } {
  const [first = ''] = text
    .replace(/^\uFEFF/, '')
    .trimStart()
    .split('\n');
  if (looksLikeMime(text))
    return { fault: { message: "has 'mime-version:' near its beginning, and cloud-init would read it as MIME" } };
  if (first.trimEnd().toLowerCase() !== '#cloud-config')
    return {
      fault: {
        line: 1,
        message: "does not begin with '#cloud-config'",
        hint: 'Scripts and templates go into the image, or into write_files and runcmd.',
      },
    };
  try {
    // PyYAML takes the later of two equal keys without a word; here they are a mistake.
    const value: unknown = load(text, { schema: pyYamlSchema });
    if (value === null) return { config: {} };
    if (!isMap(value)) return { fault: { message: 'is no map of settings' } };
    const path = findNoJson(value, '');
    return path === undefined
      ? { config: value as JsonMap }
      : {
          fault: {
            message: `'${path}' is a date or another thing that JSON has no word for`,
            hint: 'Put it in quotes.',
          },
        };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { mark, reason } = error;
    return {
      fault: {
        ...(mark === undefined ? {} : { line: mark.line + 1, column: mark.column + 1 }),
        message: `is no valid YAML: ${reason}`,
      },
    };
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The path of a value that is not JSON's. */
function findNoJson(value: unknown, path: string): string | undefined {
  if (Array.isArray(value)) return first(value.map((item, at) => findNoJson(item, `${path}[${at}]`)));
  if (isMap(value))
    return first(Object.entries(value).map(([key, item]) => findNoJson(item, path === '' ? key : `${path}.${key}`)));
  const isJson =
    value === null ||
    ['string', 'boolean'].includes(typeof value) ||
    (typeof value === 'number' && Number.isFinite(value));
  return isJson ? undefined : path;
}

function first(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined);
}
