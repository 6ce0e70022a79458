import { checkLine } from '../core/quote/text.ts';
import { tomlString } from '../core/quote/toml.ts';
import { yamlString } from '../core/quote/yaml.ts';
import { goTemplateText } from './quote/go-template.ts';
import { hclName, hclPluginString, hclString, hclStringList, integer } from './quote/hcl.ts';
import { jsonText } from './quote/json.ts';
import { seedKickstartArgument, seedKickstartWord } from './quote/kickstart.ts';
import { shellWord } from './quote/shell.ts';
import { systemdArgument, systemdValue } from './quote/systemd.ts';
import { preseedValue, seedYamlString, templateFileText } from './quote/template-file.ts';

/**
 * Every way a value may get into a rendered file, by target. A template has no other: a test refuses `{{value}}`.
 * `hclPlugin` is for strings that end up in a Packer plugin, `goTemplate` for text inside one, `seedYaml`, `preseed` and
 * `templateFile` for seeds that Packer fills in.
 */
export const quotingHelpers = {
  hcl: hclString,
  hclPlugin: hclPluginString,
  hclList: hclStringList,
  hclName,
  integer,
  goTemplate: goTemplateText,
  sh: shellWord,
  yaml: yamlString,
  seedYaml: seedYamlString,
  templateFile: templateFileText,
  preseed: preseedValue,
  systemd: systemdValue,
  systemdArgument,
  kickstart: seedKickstartWord,
  kickstartArgument: seedKickstartArgument,
  toml: tomlString,
  json: jsonText,
  line: (value: unknown) => checkLine(value, 'a comment'),
} satisfies Record<string, (value: unknown) => string>;

/** Handlebars' own block helpers that templates may use; their conditions must be keys of the view. */
export const blockHelpers = ['if', 'unless', 'each'] as const;
