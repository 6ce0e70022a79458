import { readXmlTags, type XmlTag } from './xml-tags.ts';

export interface DiskFacts {
  fileName: string;
  fileBytes: number;
  capacityBytes: number;
}

/** What an OVF says of its disk against what the disk is. */
export function ovfFindings(text: string, facts: DiskFacts): string[] {
  const tags = readXmlTags(text);
  const files = tags.filter((tag) => tag.name === 'File');
  const file = files.find((tag) => tag.attributes.get('href') === facts.fileName);
  if (file === undefined || files.length !== 1)
    return [`OVF: it refers to ${files.length} files, expected '${facts.fileName}' alone`];
  const disk = tags.find((tag) => tag.name === 'Disk' && tag.attributes.get('fileRef') === file.attributes.get('id'));
  if (disk === undefined) return [`OVF: no disk refers to '${facts.fileName}'`];
  const size = Number(file.attributes.get('size'));
  const capacity = capacityOf(disk);
  return [
    ...(size === facts.fileBytes
      ? []
      : [`OVF: size of '${facts.fileName}' is ${size}, the file has ${facts.fileBytes}`]),
    ...(capacity === facts.capacityBytes
      ? []
      : [`OVF: capacity is ${capacity} bytes, the VMDK has ${facts.capacityBytes}`]),
  ];
}

/** In bytes; NaN when the OVF says it in a way of its own. Units: `byte` or `byte * 2^N` (DSP0004). */
function capacityOf(disk: XmlTag): number {
  const units = /^byte(?:\s*\*\s*2\^(\d+))?$/.exec(disk.attributes.get('capacityAllocationUnits') ?? 'byte');
  if (units === null) return Number.NaN;
  return Number(disk.attributes.get('capacity')) * 2 ** Number(units[1] ?? 0);
}
