import { formatOrigin, showValue, type ValueRow } from '../config/list-values.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { flatten } from '../config/tree.ts';
import type { ImageOrigin, ImageValue } from './image-layers.ts';
import type { ImageInspection } from './resolve-image.ts';

/** Every value of one image and where it came from. */
export function listImageValues(config: ResolvedConfig, { spec, values }: ImageInspection): ValueRow[] {
  if (spec === undefined) return [];
  const { name: _name, ...shown } = spec;
  return flatten(shown).map(([path, value]) => {
    const source = findValue(values, path);
    const at = path === 'nodeadm.region' ? config.origins.get('cluster.region') : source?.origin;
    return { path, value: showValue(value), origin: at === undefined ? '' : formatImageOrigin(at) };
  });
}

/** `os.version` came with `os`, `nodeadm.artifacts.kind` with `nodeadm.artifacts`. */
function findValue(values: ReadonlyMap<string, ImageValue>, path: string): ImageValue | undefined {
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = values.get(parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

function formatImageOrigin(origin: ImageOrigin): string {
  if (origin.kind === 'catalog') return `built-in ${origin.name}`;
  return origin.kind === 'request' ? 'request' : formatOrigin(origin);
}
