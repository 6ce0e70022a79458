import { z } from 'zod';
import type { ConfigPath } from './findings.ts';

/** A field of the schema, its wrappers taken off. */
export interface SchemaField {
  key: string;
  schema: z.ZodType;
  description: string;
}

/** Takes `optional` and the like off; the description of the outermost one that has any is kept by `describeField`. */
export function unwrap(schema: z.ZodType): z.ZodType {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable || current instanceof z.ZodDefault)
    current = current.unwrap() as z.ZodType;
  return current;
}

export function describeField(schema: z.ZodType): string {
  return schema.description ?? unwrap(schema).description ?? '';
}

/** The keys an object (or each variant of a union) may have; empty for anything else. */
export function fieldsOf(schema: z.ZodType): SchemaField[] {
  const plain = unwrap(schema);
  if (plain instanceof z.ZodObject) {
    return Object.entries(plain.shape as Record<string, z.ZodType>).map(([key, field]) => ({
      key,
      schema: field,
      description: describeField(field),
    }));
  }
  return variantsOf(plain).flatMap(fieldsOf);
}

/** The members of a union; empty for anything else. */
export function variantsOf(schema: z.ZodType): readonly z.ZodType[] {
  const plain = unwrap(schema);
  return plain instanceof z.ZodUnion ? (plain.options as readonly z.ZodType[]) : [];
}

/** The schema at a path of a document, or undefined where the path leaves the schema. */
export function findSchemaAt(schema: z.ZodType, path: ConfigPath): z.ZodType | undefined {
  let current: z.ZodType | undefined = schema;
  for (const part of path) {
    if (current === undefined) return undefined;
    current = findChild(unwrap(current), part);
  }
  return current;
}

function findChild(schema: z.ZodType, part: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  return fieldsOf(schema).find((field) => field.key === part)?.schema;
}

/** Words a closed set accepts, or undefined. */
export function findWords(schema: z.ZodType | undefined): readonly string[] | undefined {
  const plain = schema === undefined ? undefined : unwrap(schema);
  if (plain instanceof z.ZodEnum) return plain.options.map(String);
  if (plain instanceof z.ZodLiteral) return [...plain.values].map(String);
  return undefined;
}
