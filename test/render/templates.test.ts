import Handlebars from 'handlebars';
import { describe, expect, it } from 'vitest';
import type { ImageSpec } from '../../src/catalog/image-spec.ts';
import { packageRoot } from '../../src/core/package-root.ts';
import { buildAutoinstallView } from '../../src/render/autoinstall.ts';
import { renderCloudSeed } from '../../src/render/cloud-seed.ts';
import type { View } from '../../src/render/engine.ts';
import { kickstartTemplate } from '../../src/render/kickstart/render-kickstart.ts';
import { buildKickstartView } from '../../src/render/kickstart/view.ts';
import { loadTemplates } from '../../src/render/load-templates.ts';
import { buildQemuView, buildReadmeView, layerParts } from '../../src/render/packer/qemu-view.ts';
import { vspherePlugins } from '../../src/render/packer/vsphere-pins.ts';
import { buildVsphereReadmeView, buildVsphereView } from '../../src/render/packer/vsphere-view.ts';
import { buildPreseedView } from '../../src/render/preseed.ts';
import { renderSeed } from '../../src/render/seed.ts';
import { isPartial, isTemplate, templateText } from '../../src/render/template-set.ts';
import { builtinCells } from './cells.ts';
import { exampleSpecs } from './example-specs.ts';
import { findTemplateFaults, listViewPaths } from './template-ast.ts';

const templates = loadTemplates(packageRoot());
const rendered = [...templates.keys()].filter(isTemplate);
const specs = [...exampleSpecs, ...builtinCells];
const qemuSpecs = specs.filter((spec) => spec.builder === 'qemu');
const vsphereSpecs = [
  ...builtinCells.filter((spec) => spec.builder !== 'qemu'),
  ...exampleSpecs.flatMap((spec): ImageSpec[] =>
    spec.source.kind === 'bootstrap' || spec.arch !== 'amd64' || spec.os.family === 'debian' ? [] : [onVsphere(spec)],
  ),
];

/** Another template, other artifacts. */
function onVsphere(spec: ImageSpec): ImageSpec {
  const nodeadm: ImageSpec['nodeadm'] = { ...spec.nodeadm, artifacts: { kind: 'mirror' } };
  return spec.source.kind === 'cloudImage'
    ? { ...spec, nodeadm, builder: 'vsphere-clone', source: { ...spec.source, template: '/dc/vm/ubuntu24' } }
    : { ...spec, nodeadm, builder: 'vsphere-iso' };
}

function qemuViews(spec: ImageSpec): View[] {
  const layers = (['image', 'base', 'node'] as const).filter(
    (layer) => layer !== 'base' || !layerParts(spec, 'base').overlay,
  );
  return layers.map((layer) => {
    const seed = layerParts(spec, layer).overlay ? renderCloudSeed('x', templates) : renderSeed(spec, templates);
    return buildQemuView(spec, layer, seed);
  });
}

const vsphereResults = [
  { template: true, export: false },
  { template: false, export: true },
];

function vsphereViews(spec: ImageSpec): View[] {
  return Object.values(vspherePlugins).flatMap((plugin) =>
    vsphereResults.map((results) => buildVsphereView(spec, renderSeed(spec, templates), plugin, results)),
  );
}

function installed(family: ImageSpec['os']['family']): ImageSpec[] {
  return specs.filter(({ os, source }) => os.family === family && source.kind === 'iso');
}

/** Every template with the views it is rendered with; a new template is added here. */
const viewsByTemplate: Readonly<Record<string, readonly View[]>> = {
  'templates/packer/qemu/image.pkr.hcl.hbs': qemuSpecs.flatMap(qemuViews),
  'templates/packer/qemu/README.md.hbs': qemuSpecs.map(buildReadmeView),
  'templates/packer/vsphere/image.pkr.hcl.hbs': vsphereSpecs.flatMap(vsphereViews),
  'templates/packer/vsphere/README.md.hbs': vsphereSpecs.flatMap((spec) =>
    vsphereResults.map((results) => buildVsphereReadmeView(spec, vspherePlugins.hashicorp, results)),
  ),
  'user-data/autoinstall.pkrtpl.hcl.hbs': installed('ubuntu').map(buildAutoinstallView),
  'user-data/preseed.pkrtpl.hcl.hbs': installed('debian').map(buildPreseedView),
  ...Object.fromEntries(
    ['8', '9'].map((major) => {
      const own = installed('rhel').filter(({ os }) => os.version === major);
      const views = own.flatMap((spec) => [buildKickstartView(spec, 'reboot'), buildKickstartView(spec, 'power-off')]);
      return [kickstartTemplate({ os: { family: 'rhel', version: major, codename: '' } }), views];
    }),
  ),
};

/** What the builders share is rendered with the views of all of them. */
const packerViews = Object.entries(viewsByTemplate).flatMap(([path, views]) =>
  path.endsWith('/image.pkr.hcl.hbs') ? views : [],
);

/** An empty list has no first item to look at, and what is below a null is not looked at. */
function valueAt(view: View, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (value === null) return null;
    if (typeof value !== 'object') return undefined;
    if (Array.isArray(value) && value.length === 0) return [];
    return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }, view);
}

describe('render/templates', () => {
  it('finds templates at all', () => expect(rendered.length).toBeGreaterThanOrEqual(8));

  it.each(rendered)('%s has no bare expression', (path) => {
    expect(findTemplateFaults(path, templateText(templates, path))).toEqual([]);
  });

  it('knows a view for every template', () => {
    const owned = rendered.filter(
      (path) => /^(templates\/packer|user-data|kickstart)\//.test(path) && !isPartial(path),
    );
    expect(owned.sort()).toEqual(Object.keys(viewsByTemplate).sort());
  });

  it.each(Object.entries(viewsByTemplate))('%s names only keys of its view', (path, views) => {
    const paths = listViewPaths(templates, path);
    expect(paths.length).toBeGreaterThan(0);
    expect(views.length).toBeGreaterThan(0);
    for (const view of views) expect(paths.filter((named) => valueAt(view, named.path) === undefined)).toEqual([]);
  });

  it.each(Object.entries(viewsByTemplate))('%s has both sides of each condition in the examples', (path, views) => {
    const oneSided = listViewPaths(templates, path).filter(({ path: condition, where, isCondition }) => {
      const seen = where.startsWith('templates/packer/partials/') ? packerViews : views;
      return isCondition && new Set(seen.map((view) => !Handlebars.Utils.isEmpty(valueAt(view, condition)))).size < 2;
    });
    expect(oneSided).toEqual([]);
  });
});

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
