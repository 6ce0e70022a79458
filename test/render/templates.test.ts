import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.ts';
import type { View } from '../../src/render/engine.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { buildBaseView, buildNodeView, buildReadmeView } from '../../src/render/packer/view.ts';
import { isPartial, isTemplate, templateText } from '../../src/render/template-set.ts';
import { exampleSpecs } from './example-specs.ts';
import { findTemplateFaults, listViewPaths } from './template-ast.ts';

const templates = loadTemplates(packageRoot());
const rendered = [...templates.keys()].filter(isTemplate);
const cloudImages = exampleSpecs.filter((spec) => spec.source.kind === 'cloudImage');

/** Every template with the views it is rendered with; a new template is added here. */
const viewsByTemplate: Readonly<Record<string, readonly View[]>> = {
  'templates/packer/qemu/base.pkr.hcl.hbs': cloudImages.map(buildBaseView),
  'templates/packer/qemu/node.pkr.hcl.hbs': exampleSpecs.map(buildNodeView),
  'templates/packer/qemu/README.md.hbs': exampleSpecs.map(buildReadmeView),
};

function valueAt(view: View, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, view);
}

describe('render/templates', () => {
  it('finds templates at all', () => expect(rendered.length).toBeGreaterThanOrEqual(8));

  it.each(rendered)('%s has no bare expression', (path) => {
    expect(findTemplateFaults(path, templateText(templates, path))).toEqual([]);
  });

  it('knows a view for every template', () => {
    const owned = rendered.filter((path) => path.startsWith('templates/packer/') || path.startsWith('user-data/'));
    expect(owned.filter((path) => !isPartial(path)).sort()).toEqual(Object.keys(viewsByTemplate).sort());
  });

  it.each(Object.entries(viewsByTemplate))('%s names only keys of its view', (path, views) => {
    const paths = listViewPaths(templates, path);
    expect(paths.length).toBeGreaterThan(0);
    for (const view of views) expect(paths.filter((named) => valueAt(view, named.path) === undefined)).toEqual([]);
  });

  it.each(Object.entries(viewsByTemplate))('%s has both sides of each condition in the examples', (path, views) => {
    const oneSided = [...templateConditions(path)].filter((condition) => {
      return new Set(views.map((view) => Boolean(valueAt(view, condition)))).size < 2;
    });
    expect(oneSided).toEqual([]);
  });
});

function templateConditions(path: string): Set<string> {
  const texts = [path, ...rendered.filter(isPartial)].map((file) => templateText(templates, file));
  const named = new Set(listViewPaths(templates, path).map((entry) => entry.path));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/\{\{#(?:if|unless) ([\w.]+)\}\}/g)].map((match) => match[1]),
  );
  return new Set(found.filter((name): name is string => name !== undefined && named.has(name)));
}

describe('render/template-ast', () => {
  it.each([
    ['{{name}}', /'name' is not a quoting helper/],
    ['{{{name}}}', /'name' is not a quoting helper/],
    ['{{hcl}}', /takes one value/],
    ['{{hcl "a"}}', /path of the view/],
    ['{{hcl (json x)}}', /path of the view/],
    ['{{hcl x y=z}}', /named arguments/],
    ['{{#if x}}{{y}}{{/if}}', /'y' is not/],
    ['{{#with x}}{{/with}}', /block 'with'/],
    ['{{#x}}{{/x}}', /block 'x'/],
    ['{{> (x)}}', /must be fixed/],
    ['{{#> x}}{{/x}}', /partial block/],
  ])('refuses %s', (text, fault) => {
    expect(findTemplateFaults('t', text).join('\n')).toMatch(fault);
  });

  it('accepts what is quoted', () => {
    expect(findTemplateFaults('t', '{{! note }}{{#if x}}{{hcl x.y}}{{else}}{{json z}}{{/if}}\\{{ .Path }}')).toEqual(
      [],
    );
  });
});
