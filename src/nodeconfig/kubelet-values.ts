import { suggestion } from '../config/did-you-mean.ts';
import type { ConfigPath } from '../config/findings.ts';
import type { Fault } from './finding.ts';
import type { GroupShape, Shape } from './shapes.ts';
import type { Json } from './types.ts';

/** `1h30m`, `500ms`, `0`: what Go's time.ParseDuration takes. */
const duration = /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*)$/;

/** What kubelet's decoder has against a value. Unlike nodeadm it minds the case of names and makes no text of numbers. */
export function listValueFaults(value: Json, shape: Shape, path: ConfigPath): Fault[] {
  if (value === null) return [];
  switch (shape.kind) {
    case 'any':
      return [];
    case 'group':
      return isMap(value) ? listGroupFaults(value, shape, path) : refuse(value, 'a group of keys', path);
    case 'map':
      if (!isMap(value)) return refuse(value, 'a group of names', path);
      return Object.entries(value).flatMap(([key, item]) => listValueFaults(item, shape.value, [...path, key]));
    case 'list':
      if (!Array.isArray(value)) return refuse(value, 'a list', path);
      return value.flatMap((item: Json, index) => listValueFaults(item, shape.item, [...path, index]));
    default:
      return listScalarFaults(value, shape.kind, path);
  }
}

function listGroupFaults(value: Readonly<Record<string, Json>>, { fields }: GroupShape, path: ConfigPath): Fault[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return shape === undefined
      ? [unknown(key, Object.keys(fields), path)]
      : listValueFaults(item, shape, [...path, key]);
  });
}

/** A newer kubelet may know more; a slip of the pen is none of that. */
function unknown(key: string, known: readonly string[], path: ConfigPath): Fault {
  const similar = suggestion(key, known);
  return {
    path: [...path, key],
    code: 'kubelet.field',
    severity: similar === '' ? 'warning' : 'error',
    message: `'${key}' is no field of kubelet's configuration, and kubelet ignores it${similar}`,
    about: 'key',
  };
}

function listScalarFaults(value: Json, kind: Shape['kind'], path: ConfigPath): Fault[] {
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean' ? [] : refuse(value, 'true or false', path);
    case 'int':
      return Number.isInteger(value) ? [] : refuse(value, 'a whole number', path);
    case 'float':
      return typeof value === 'number' ? [] : refuse(value, 'a number', path);
    case 'duration':
      return isDuration(value) ? [] : refuse(value, "a duration in quotes, such as '30s' or '1h30m'", path);
    default:
      return typeof value === 'string' ? [] : refuse(value, 'text in quotes', path);
  }
}

export function isDuration(value: Json): boolean {
  return typeof value === 'string' && duration.test(value);
}

function refuse(value: Json, accepted: string, path: ConfigPath): Fault[] {
  const message = `is ${nameType(value)}, and kubelet does not start with it; accepted: ${accepted}`;
  return [{ path, code: 'kubelet.type', message }];
}

function nameType(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length > 40 ? 'text' : `the text '${value}'`;
  return typeof value === 'object' ? 'a group of keys' : String(value);
}

function isMap(value: Json): value is Readonly<Record<string, Json>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
