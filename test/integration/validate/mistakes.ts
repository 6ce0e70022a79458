import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import type { RenderedFile } from '../../../src/core/rendered-file.ts';
import { findCell } from '../../render/cells.ts';
import type { Mistake } from './mistake.ts';
import { buildMistakes } from './mistakes-build.ts';
import { kickstartMistakes } from './mistakes-kickstart.ts';
import { seedMistakes } from './mistakes-seed.ts';

export const mistakes: readonly Mistake[] = [...seedMistakes, ...kickstartMistakes, ...buildMistakes];

export function specOf({ cell, spec }: Pick<Mistake, 'cell' | 'spec'>): ImageSpec {
  return spec === undefined ? findCell(cell) : spec(findCell(cell));
}

/** The folder with the mistake in it; a file that is not there is added. */
export function withMistake(files: readonly RenderedFile[], { file, change }: Mistake): RenderedFile[] {
  const old = files.find(({ path }) => path === file);
  if (old === undefined) return [...files, { path: file, mode: 0o644, content: change('') }];
  return files.map((other) => (other === old ? { ...other, content: change(other.content) } : other));
}
