import { dump } from 'js-yaml';
import { buildCloudConfig, type CloudConfigParts, renderCloudConfig } from './cloud-config.ts';
import { joinUserData } from './multipart.ts';
import { cutTemplate, fillTemplate, isSameTemplate, type Template } from './template.ts';
import type { PayloadSettings } from './types.ts';

/** User data of one machine out of its name and its NodeConfig. */
export type RenderUserdata = (name: string, nodeConfig: string) => string;

/**
 * Each machine's user data from the beginning: document, merge, YAML. What `compileUserdata` has to agree with, byte by byte.
 * @throws FactoryError `input.invalid` when the extra cloud-config cannot be merged
 */
export function createUserdataRenderer(settings: PayloadSettings): RenderUserdata {
  return (name, nodeConfig) =>
    wrapParts(settings, renderCloudConfig(buildCloudConfig(settings, partsOf(name, nodeConfig))));
}

/**
 * The same, and a hundred times as fast: js-yaml writes the document once for names of one and of several labels, and what is a machine's own
 * is put in its place. Names and NodeConfigs that YAML would write otherwise take the long way.
 */
export function compileUserdata(settings: PayloadSettings): RenderUserdata {
  const renderSlowly = createUserdataRenderer(settings);
  const [short, long] = [compile(settings, false), compile(settings, true)];
  return (name, nodeConfig) => {
    const dot = name.indexOf('.');
    const template = dot < 0 ? short : long;
    if (template === undefined || !isPlainName(name) || !isPlainBlock(nodeConfig))
      return renderSlowly(name, nodeConfig);
    const text = fillTemplate(template.text, {
      hostname: dot < 0 ? name : name.slice(0, dot),
      domain: dot < 0 ? '' : name.slice(dot + 1),
      nodeConfig: nodeConfig.slice(0, -1).replaceAll('\n', `\n${template.indent}`),
    });
    return wrapParts(settings, text);
  };
}

function partsOf(name: string, nodeConfig: string): CloudConfigParts {
  const hostname = name.split('.', 1)[0] ?? name;
  return { hostname, ...(hostname === name ? {} : { fqdn: name }), nodeConfig };
}

function wrapParts({ extra, multipart }: PayloadSettings, cloudConfig: string): string {
  if (!multipart) return cloudConfig;
  const parts = extra === undefined ? [cloudConfig] : [cloudConfig, renderCloudConfig(extra)];
  return joinUserData(parts) ?? cloudConfig;
}

type Slot = 'hostname' | 'domain' | 'nodeConfig';

interface Compiled {
  text: Template<Slot>;
  /** Of the lines of the NodeConfig. */
  indent: string;
}

/** Undefined when the settings themselves hold what looks like a mark. */
function compile(settings: PayloadSettings, hasDomain: boolean): Compiled | undefined {
  const [first, second] = ['a', 'b'].map((letter) => {
    const marks = { hostname: `hnfhost${letter}`, domain: `hnfdomain${letter}`, nodeConfig: `hnfnodeconfig${letter}` };
    const name = hasDomain ? `${marks.hostname}.${marks.domain}` : marks.hostname;
    const config = buildCloudConfig(settings, partsOf(name, `${marks.nodeConfig}\n`));
    return cutTemplate<Slot>(renderCloudConfig(config), marks);
  });
  if (first === undefined || second === undefined || !isSameTemplate(first, second)) return undefined;
  const before = first.statics[first.slots.indexOf('nodeConfig')] ?? '';
  // A block of its own: `content: |`, and the text in the next line.
  const indent = /\|\n( +)$/.exec(before)?.[1];
  return indent === undefined ? undefined : { text: first, indent };
}

/** Text js-yaml leaves without quotes, alone and as part of a longer name. */
function isPlainName(name: string): boolean {
  if (/^[a-df-z][a-z0-9.-]*$/.test(name) && !yamlWord.test(name)) return true;
  return name.split('.').every(isPlainScalar) && isPlainScalar(name);
}

const yamlWord = /^(null|true|false|yes|no|on|off|y|n)(\.|$)/;

function isPlainScalar(text: string): boolean {
  return dump(text) === `${text}\n`;
}

/** Lines of printable ASCII, none empty, none with a blank at its beginning first or at its end: a block js-yaml writes as it is. */
function isPlainBlock(text: string): boolean {
  return (
    /^[!-~][ -~]*\n$/.test(text) || (/^[!-~]/.test(text) && !/[^\n -~]|\n\n| \n/.test(text) && text.endsWith('\n'))
  );
}
