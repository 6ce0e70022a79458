import { suggestion } from '../../config/did-you-mean.ts';
import { type AutoinstallFault, autoinstallFault } from './fault.ts';
import { describeShape, type Keys, type Shape, type UbuntuMajor } from './shape.ts';

type Path = readonly (string | number)[];
type Map = Readonly<Record<string, unknown>>;

/** Every place where a value is not what may stand there, at any depth. */
export function findShapeFaults(value: unknown, shape: Shape, release: UbuntuMajor, path: Path): AutoinstallFault[] {
  switch (shape.kind) {
    case 'any':
      return [];
    case 'either':
      return findEitherFaults(value, shape.of, release, path);
    case 'list':
      if (!Array.isArray(value)) return [wrongKind(value, shape, path)];
      return value.flatMap((item: unknown, index) => findShapeFaults(item, shape.of, release, [...path, index]));
    case 'names':
      if (!isMap(value)) return [wrongKind(value, shape, path)];
      return Object.entries(value).flatMap(([key, item]) => findShapeFaults(item, shape.of, release, [...path, key]));
    case 'map':
      return isMap(value) ? findKeyFaults(value, shape.keys, release, path) : [wrongKind(value, shape, path)];
    case 'tagged':
      return isMap(value) ? findTaggedFaults(value, shape, release, path) : [wrongKind(value, shape, path)];
    default:
      return fits(value, shape) ? [] : [wrongKind(value, shape, path)];
  }
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case 'text':
      return (
        typeof value === 'string' && (shape.oneOf?.includes(value) ?? true) && (shape.pattern?.test(value) ?? true)
      );
    case 'flag':
      return typeof value === 'boolean';
    case 'whole':
      return Number.isSafeInteger(value);
    case 'none':
      return value === null;
    case 'list':
      return Array.isArray(value);
    default:
      return isMap(value);
  }
}

/** What is said about a map comes from the map's shape, not "none of these fits". */
function findEitherFaults(
  value: unknown,
  shapes: readonly Shape[],
  release: UbuntuMajor,
  path: Path,
): AutoinstallFault[] {
  const meant = shapes.find((shape) => fits(value, shape));
  if (meant === undefined) return [wrongKind(value, { kind: 'either', of: shapes }, path)];
  return findShapeFaults(value, meant, release, path);
}

function findTaggedFaults(
  value: Map,
  shape: Shape & { kind: 'tagged' },
  release: UbuntuMajor,
  path: Path,
): AutoinstallFault[] {
  const tag = value[shape.tag];
  const known = Object.keys(shape.of);
  const keys = typeof tag === 'string' ? shape.of[tag] : undefined;
  if (keys !== undefined) return findKeyFaults(value, keys, release, path);
  const near = typeof tag === 'string' ? suggestion(tag, known) : '';
  const message = `${JSON.stringify(tag) ?? 'nothing'} is no ${shape.tag} of ours; accepted: ${known.join(', ')}${near}`;
  return [autoinstallFault('key', [...path, shape.tag], message)];
}

function findKeyFaults(value: Map, keys: Keys, release: UbuntuMajor, path: Path): AutoinstallFault[] {
  const known = Object.keys(keys).filter((name) => (keys[name]?.since ?? 0) <= release);
  const missing = known.filter((name) => keys[name]?.required === true && !(name in value));
  return [
    ...Object.entries(value).flatMap(([name, item]) => {
      const key = keys[name];
      if (key !== undefined && known.includes(name)) return findShapeFaults(item, key.shape, release, [...path, name]);
      const reason = key === undefined ? `is unknown${suggestion(name, known)}` : `came after ${release}.04`;
      return [autoinstallFault('key', [...path, name], `'${name}' ${reason}; the installer reads past it`)];
    }),
    ...missing.map((name) => autoinstallFault('missing', [...path, name], `'${name}' is missing`)),
  ];
}

function wrongKind(value: unknown, shape: Shape, path: Path): AutoinstallFault {
  const found = JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
  return autoinstallFault('value', path, `${found} does not belong here; accepted: ${describeShape(shape)}`);
}
