import { pinnedKubernetes, testedMinors } from '../../catalog/kubernetes-versions.ts';
import type { ImageListing } from '../../catalog/list-images.ts';
import { formatTable } from './table.ts';

/** A line per image × architecture × source × builder; what is said of many lines stands once below the table. Pure. */
export function formatListing(cells: readonly ImageListing[]): string {
  const groups = groupBy(cells, ({ image, arch, source, builder }) => [image, arch, source, builder].join('/'));
  const notes = new Map<string, number>();
  const rows = groups.map((group) => {
    const [{ image, os, osVersion, arch, source, builder, formats, kubernetes }] = group;
    const system = `${os} ${osVersion.startsWith('2023') ? '' : osVersion}`.trim();
    const providers = group.map((cell) => cell.provider).join(',');
    const states = [...new Set(group.map((cell) => stateOf(cell, group, notes)))].join(', ');
    return [image, system, arch, source, builder, providers, formats.join(','), kubernetes, states];
  });
  const header = ['image', 'os', 'arch', 'source', 'builder', 'provider', 'formats', 'kubernetes', 'status'];
  const legend = [...notes].map(([text, number]) => `[${number}] ${text}\n`).join('');
  const patches = `a minor alone means the newest of ${pinnedKubernetes.join(', ')}`;
  const versions = `Kubernetes ${testedMinors.from} to ${testedMinors.to} by full version; ${patches}\n`;
  return `${formatTable(header, rows)}\n${legend}${versions}${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}\n`;
}

type Group = readonly [ImageListing, ...ImageListing[]];

/** `validated [1]`; with the provider where those of a line differ. */
function stateOf(cell: ImageListing, group: Group, notes: Map<string, number>): string {
  const numbers = cell.notes.map((note) => {
    const number = notes.get(note) ?? notes.size + 1;
    notes.set(note, number);
    return number;
  });
  const isSame = group.every((other) => other.status === cell.status && other.reason === cell.reason);
  return `${isSame ? '' : `${cell.provider} `}${cell.status} [${numbers.join(',')}]`;
}

function groupBy(cells: readonly ImageListing[], keyOf: (cell: ImageListing) => string): Group[] {
  const groups = new Map<string, [ImageListing, ...ImageListing[]]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell));
    if (group === undefined) groups.set(keyOf(cell), [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}
