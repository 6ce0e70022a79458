import { boolYaml11Tag, load, NOT_RESOLVED, YAML11_SCHEMA, YAMLException } from 'js-yaml';
import { quote } from '../config/findings.ts';
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
  // js-yaml takes nothing for a mistake.
  if (text.replace(/^[\uFEFF\s]*#.*$/gm, '').trim() === '') return { config: {} };
  try {
    // PyYAML takes the later of two equal keys without a word; here they are a mistake.
    const value: unknown = load(text, { schema: pyYamlSchema });
    if (value === null) return { config: {} };
    if (!isMap(value)) return { fault: { message: 'is no map of settings' } };
    const fault = findValueFault(value);
    return fault === undefined ? { config: value as JsonMap } : { fault };
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

const mostValues = 100_000;
const deepest = 50;

/** What keeps it from being written as JSON can be. Aliases may repeat parts: a few lines mean billions of values, or an endless one. */
function findValueFault(config: Record<string, unknown>): CloudConfigSyntaxFault | undefined {
  let left = mostValues;
  const find = (value: unknown, path: string, depth: number): CloudConfigSyntaxFault | undefined => {
    left -= 1;
    if (left < 0 || depth > deepest)
      return { message: `${quote(path)} is nested too deep, or its aliases mean more values than a cloud-config has` };
    if (Array.isArray(value)) return first(value, (item, at) => find(item, `${path}[${at}]`, depth + 1));
    if (isMap(value))
      return first(Object.entries(value), ([key, item]) => find(item, path === '' ? key : `${path}.${key}`, depth + 1));
    if (isJsonScalar(value)) return undefined;
    const message = `${quote(path)} is a date or another thing that JSON has no word for`;
    return { message, hint: 'Put it in quotes.' };
  };
  return find(config, '', 0);
}

function isJsonScalar(value: unknown): boolean {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

/** The first fault; what stands behind it is not looked at. */
function first<T>(items: readonly T[], find: (item: T, at: number) => CloudConfigSyntaxFault | undefined) {
  for (const [at, item] of items.entries()) {
    const fault = find(item, at);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
