import { cellId, type ImageFormat, type ImageSpec } from '../../catalog/image-spec.ts';
import { messageOf } from '../../core/errors.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { fillSeed } from '../../render/fill-seed.ts';
import { renderPackerFolder } from '../../render/packer/folder.ts';
import type { VspherePlugin } from '../../render/packer/vsphere-pins.ts';
import type { TemplateSet } from '../../render/template-set.ts';
import type { FilledSeed, RenderedCell } from './types.ts';

/** A cell to validate, everything decided. */
export interface CellRequest {
  spec: ImageSpec;
  formats: readonly ImageFormat[];
}

/** Pure. */
export function renderCellOf(
  { spec, formats }: CellRequest,
  templates: TemplateSet,
  plugin: VspherePlugin | undefined,
): RenderedCell {
  return describeCell(spec, renderPackerFolder(spec, templates, { formats, plugin }), templates);
}

/** The same of a folder that is rendered already. */
export function describeCell(spec: ImageSpec, files: readonly RenderedFile[], templates: TemplateSet): RenderedCell {
  const seeds = files.filter(({ path }) => path.startsWith('seed/')).map(fill);
  return { id: cellId(spec), spec, files, seeds, base: spec.source.kind === 'bootstrap' ? listBase(templates) : [] };
}

function fill({ path, content }: RenderedFile): FilledSeed {
  if (!path.includes('.pkrtpl.')) return { file: path, text: content };
  try {
    return { file: path, text: fillSeed(content) };
  } catch (error) {
    return { file: path, fault: messageOf(error) };
  }
}

const basePrefixes = ['templates/lab/tree/', 'templates/lab/hooks/'];

/** What the base's own plan fills in, in lists of names. */
const placeholder = /@[A-Z]+@/g;

function listBase(templates: TemplateSet): RenderedFile[] {
  return [...templates]
    .filter(([path]) => basePrefixes.some((prefix) => path.startsWith(prefix)))
    .map(([path, content]) => ({ path, mode: 0o644, content: content.replaceAll(placeholder, 'None') }));
}
