import { describe, expect, it } from 'vitest';
import { createRenderer, partialName } from '../../src/render/engine.ts';

function render(template: string, view: Record<string, never> | object, partials: Record<string, string> = {}): string {
  const templates = new Map([['t.hbs', template], ...Object.entries(partials)]);
  return createRenderer(templates)('t.hbs', view as never);
}

describe('render/engine', () => {
  it('escapes nothing by itself and quotes by helper', () => {
    expect(render('a = {{hcl x}}', { x: '<&"${' })).toBe('a = "<&\\"$${"');
  });

  it('refuses a value that is not in the view', () => {
    expect(() => render('{{hcl misspelt}}', {})).toThrow(
      /'t.hbs' cannot be rendered: line 1: 'hcl' is given a value that is not in/,
    );
    expect(() => render('\n{{hcl a.misspelt}}', { a: {} })).toThrow(/line 2: 'hcl'/);
    expect(() => render('{{hcl a.misspelt}}', { a: null })).toThrow(/cannot be rendered: .*null/);
  });

  it('refuses a condition that is not in the view', () => {
    expect(render('{{#if x}}a{{else}}b{{/if}}{{#unless x}}c{{/unless}}', { x: null })).toBe('bc');
    expect(() => render('{{#if misspelt}}a{{/if}}', {})).toThrow(/not in the view/);
    expect(() => render('{{#unless misspelt}}a{{/unless}}', {})).toThrow(/not in the view/);
  });

  it('refuses an unknown helper', () => expect(() => render('{{upper x}}', { x: 'a' })).toThrow(/upper/));

  it('includes partials by path, under the same rules', () => {
    const path = 'templates/a/partials/part.hcl.hbs';
    expect(partialName(path)).toBe('templates/a/partials/part');
    expect(render('{{> templates/a/partials/part}}\n', { x: 'v' }, { [path]: 'p = {{hcl x}}\n' })).toBe('p = "v"\n');
    expect(() => render('{{> templates/a/partials/part}}', {}, { [path]: '{{hcl x}}' })).toThrow(/not in the view/);
  });

  it('passes on what a helper says about the input', () => {
    expect(() => render('{{hcl x}}', { x: 'a\0' })).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  });

  it('says which template is missing', () => {
    expect(() => createRenderer(new Map())('nope.hbs', {})).toThrow(/no template 'nope.hbs'/);
  });
});
