import { userDataKeys } from './keys.ts';
import type { Keys, Shape, UbuntuMajor } from './shape.ts';

/** A JSON Schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * Our own schema of the answers for one release's installer, for validators of JSON Schema: the table of keys.ts without our rules. The
 * installer's own one accepts unknown keys, and its licence does not let us carry it along.
 */
export function renderAutoinstallSchema(release: UbuntuMajor): JsonSchema {
  const title = `autoinstall of Ubuntu ${release}.04`;
  return { $schema: 'http://json-schema.org/draft-07/schema#', title, ...schemaOf(userDataKeys, release) };
}

function schemaOf(shape: Shape, release: UbuntuMajor): JsonSchema {
  switch (shape.kind) {
    case 'text':
      return {
        type: 'string',
        ...(shape.oneOf === undefined ? {} : { enum: shape.oneOf }),
        ...(shape.pattern === undefined ? {} : { pattern: shape.pattern.source }),
      };
    case 'flag':
      return { type: 'boolean' };
    case 'whole':
      return { type: 'integer' };
    case 'none':
      return { type: 'null' };
    case 'any':
      return {};
    case 'list':
      return { type: 'array', items: schemaOf(shape.of, release) };
    case 'names':
      return { type: 'object', additionalProperties: schemaOf(shape.of, release) };
    case 'map':
      return objectSchema(shape.keys, release);
    case 'either':
      return { anyOf: shape.of.map((option) => schemaOf(option, release)) };
    case 'tagged':
      return {
        oneOf: Object.entries(shape.of).map(([value, keys]) => {
          const object = objectSchema(keys, release);
          return { ...object, properties: { ...(object['properties'] as object), [shape.tag]: { const: value } } };
        }),
      };
  }
}

function objectSchema(keys: Keys, release: UbuntuMajor): JsonSchema {
  const known = Object.entries(keys).filter(([, key]) => (key.since ?? 0) <= release);
  const needed = known.filter(([, key]) => key.required === true).map(([name]) => name);
  return {
    type: 'object',
    additionalProperties: false,
    ...(needed.length === 0 ? {} : { required: needed }),
    properties: Object.fromEntries(known.map(([name, key]) => [name, schemaOf(key.shape, release)])),
  };
}
