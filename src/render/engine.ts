import Handlebars from 'handlebars';
import { FactoryError, messageOf } from '../core/errors.ts';
import { quotingHelpers } from './helpers.ts';
import { isPartial, type TemplateSet, templateText } from './template-set.ts';

/** A value a template may see. Every key a template names is there; `null` says "none". */
export type ViewValue = null | boolean | number | string | readonly ViewValue[] | { readonly [key: string]: ViewValue };
export type View = { readonly [key: string]: ViewValue };

export type Renderer = (templatePath: string, view: View) => string;

const strictOptions = {
  noEscape: true,
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries(Object.keys(quotingHelpers).map((name) => [name, true])),
} as const;

/** Compiles lazily, each template once. Same templates and view, same bytes. */
export function createRenderer(templates: TemplateSet): Renderer {
  const engine = createEngine(templates);
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (path, view) => {
    try {
      const template = compiled.get(path) ?? engine.compile(templateText(templates, path), strictOptions);
      compiled.set(path, template);
      return template(view);
    } catch (error) {
      throw renderError(error, path);
    }
  };
}

function createEngine(templates: TemplateSet): typeof Handlebars {
  const engine = Handlebars.create();
  for (const [name, quote] of Object.entries(quotingHelpers)) {
    engine.registerHelper(name, (value: unknown, options: Handlebars.HelperOptions) => {
      checkPresent(value, options);
      return quote(value);
    });
  }
  for (const name of ['if', 'unless'] as const) refuseAbsentCondition(engine, name);
  for (const [path, text] of templates) {
    if (isPartial(path)) engine.registerPartial(partialName(path), engine.compile(text, strictOptions));
  }
  return engine;
}

/** `{{> templates/packer/qemu/partials/machine}}` for templates/packer/qemu/partials/machine.hcl.hbs. */
export function partialName(path: string): string {
  return path.replace(/\.[^/]*$/, '');
}

/** Strict mode does not look at the arguments of helpers, and takes a misspelt condition for false. */
function checkPresent(value: unknown, options: Handlebars.HelperOptions): void {
  if (value !== undefined) return;
  const { loc, name } = options as { loc?: { start: { line: number } }; name?: string };
  throw new FactoryError('internal', `line ${loc?.start.line}: '${name}' is given a value that is not in the view`);
}

function refuseAbsentCondition(engine: typeof Handlebars, name: 'if' | 'unless'): void {
  const original = engine.helpers[name];
  if (original === undefined) throw new FactoryError('internal', `Handlebars has no helper '${name}'`);
  engine.registerHelper(name, function (this: unknown, condition: unknown, options: Handlebars.HelperOptions) {
    checkPresent(condition, options);
    return original.call(this, condition, options);
  });
}

function renderError(error: unknown, path: string): FactoryError {
  if (error instanceof FactoryError && error.code !== 'internal') return error;
  return new FactoryError('internal', `template '${path}' cannot be rendered: ${messageOf(error)}`, { cause: error });
}
