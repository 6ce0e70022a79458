import { FactoryError } from '../core/errors.ts';

/** Text of every template and guest file by its path from the project's root, with `/`; read once by `loadTemplates`. */
export type TemplateSet = ReadonlyMap<string, string>;

/** @throws FactoryError `internal` when there is no such template. */
export function templateText(templates: TemplateSet, path: string): string {
  const text = templates.get(path);
  if (text === undefined) throw new FactoryError('internal', `there is no template '${path}'`);
  return text;
}

/** Templates are rendered, everything else is copied as it is. */
export function isTemplate(path: string): boolean {
  return path.endsWith('.hbs');
}

/** Partials live in a folder of that name and are included by their path without `.hbs`. */
export function isPartial(path: string): boolean {
  return isTemplate(path) && path.includes('/partials/');
}
