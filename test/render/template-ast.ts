import Handlebars from 'handlebars';
import { partialName } from '../../src/render/engine.ts';
import { blockHelpers, quotingHelpers } from '../../src/render/helpers.ts';
import { isPartial, type TemplateSet, templateText } from '../../src/render/template-set.ts';

type Node = hbs.AST.Node;

/** One line per place where a value would reach the output without a quoting helper, or a block that is not approved. */
export function findTemplateFaults(path: string, text: string): string[] {
  const faults: string[] = [];
  const fault = (node: Node, what: string) => faults.push(`${path}:${node.loc.start.line}: ${what}`);
  class Walker extends Handlebars.Visitor {
    override MustacheStatement(node: hbs.AST.MustacheStatement): void {
      const name = nameOf(node.path);
      if (!Object.hasOwn(quotingHelpers, name)) fault(node, `'${name}' is not a quoting helper`);
      else if (node.params.length !== 1) fault(node, `'${name}' takes one value`);
      checkPlain(node, node.params, node.hash);
    }
    override BlockStatement(node: hbs.AST.BlockStatement): void {
      const name = nameOf(node.path);
      if (!(blockHelpers as readonly string[]).includes(name)) fault(node, `block '${name}' is not approved`);
      checkPlain(node, node.params, node.hash);
      super.BlockStatement(node);
    }
    override PartialStatement(node: hbs.AST.PartialStatement): void {
      if (node.name.type !== 'PathExpression') fault(node, 'the name of a partial must be fixed');
      checkPlain(node, node.params, node.hash);
    }
    override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
      fault(node, 'a partial block is not approved');
    }
    override Decorator(node: hbs.AST.Decorator): void {
      fault(node, 'a decorator is not approved');
    }
    override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
      fault(node, 'a decorator is not approved');
    }
  }
  function checkPlain(node: Node, params: readonly hbs.AST.Expression[], hash: hbs.AST.Hash | undefined): void {
    if (params.some((param) => param.type !== 'PathExpression')) fault(node, 'an argument must be a path of the view');
    if ((hash?.pairs.length ?? 0) > 0) fault(node, 'named arguments are not approved');
  }
  new Walker().accept(Handlebars.parse(text));
  return faults;
}

/** A path of the view that a template names; inside `{{#each list}}` it is `list.0.name`. */
export interface NamedPath {
  path: string;
  where: string;
  /** Named by `{{#if}}` or `{{#unless}}`. */
  isCondition: boolean;
}

/** Every path of the view that a template and its partials name. */
export function listViewPaths(templates: TemplateSet, path: string, scope = ''): NamedPath[] {
  const found: NamedPath[] = [];
  const partials = new Map([...templates.keys()].filter(isPartial).map((file) => [partialName(file), file]));
  const scopes = [scope];
  class Walker extends Handlebars.Visitor {
    override MustacheStatement(node: hbs.AST.MustacheStatement): void {
      collect(node, node.params, false);
    }
    override BlockStatement(node: hbs.AST.BlockStatement): void {
      const block = nameOf(node.path);
      collect(node, node.params, block !== 'each');
      const [first] = node.params;
      if (block === 'each' && first !== undefined) scopes.push(`${resolve(nameOf(first))}.0`);
      this.accept(node.program);
      if (block === 'each') scopes.pop();
      if (node.inverse) this.accept(node.inverse);
    }
    override PartialStatement(node: hbs.AST.PartialStatement): void {
      const file = partials.get(nameOf(node.name));
      if (file === undefined) throw new Error(`${path}: there is no partial '${nameOf(node.name)}'`);
      found.push(...listViewPaths(templates, file, scopes.at(-1)));
    }
  }
  function resolve(name: string): string {
    const top = scopes.at(-1) ?? '';
    if (name === 'this') return top;
    return top === '' ? name : `${top}.${name}`;
  }
  function collect(node: Node, params: readonly hbs.AST.Expression[], isCondition: boolean): void {
    for (const param of params) {
      found.push({ path: resolve(nameOf(param)), where: `${path}:${node.loc.start.line}`, isCondition });
    }
  }
  new Walker().accept(Handlebars.parse(templateText(templates, path)));
  return found;
}

function nameOf(node: Node): string {
  return 'original' in node ? String(node.original) : node.type;
}
