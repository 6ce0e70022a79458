import { suggestion } from '../config/did-you-mean.ts';

/** Named keys of Packer's boot command grammar, without `On` and `Off`. (packer-plugin-sdk, bootcommand) */
const keyNames = [
  ...['bs', 'del', 'down', 'end', 'enter', 'esc', 'home', 'insert', 'left', 'menu', 'pagedown', 'pageup', 'return'],
  ...['right', 'spacebar', 'tab', 'up', 'leftalt', 'leftctrl', 'leftcommand', 'leftshift', 'leftsuper'],
  ...['rightalt', 'rightctrl', 'rightcommand', 'rightshift', 'rightsuper', 'lshift', 'rshift', 'lctrl', 'rctrl'],
  ...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
];

const held = /^(.*?)(on|off)$/;

/** What would be typed and not meant: unknown tags are typed letter by letter, held keys stay held. */
export function findKeyFaults(keys: readonly string[]): string[] {
  const typed = keys.join('').replaceAll(/\{\{.*?\}\}/g, 'X');
  const tags = [...typed.matchAll(/<([^<>]*)>/g)].map((match) => (match[1] ?? '').toLowerCase());
  const rest = typed.replaceAll(/<[^<>]*>/g, '');
  return [
    ...tags.flatMap(findTagFaults),
    ...findHeldFaults(tags),
    ...findLooseFaults(rest),
    ...findTemplateFaults(typed),
    ...findForeignFaults(rest),
  ];
}

function findTagFaults(tag: string): string[] {
  if (/^wait(\d+[smh]?)?(\d+[smh])*$/.test(tag) || keyNames.includes(tag)) return [];
  const name = held.exec(tag)?.[1];
  if (name !== undefined && keyNames.includes(name)) return [];
  return [`<${tag}> is no key Packer knows${suggestion(tag, [...keyNames, 'wait'])}`];
}

function findHeldFaults(tags: readonly string[]): string[] {
  const down = new Set<string>();
  const loose: string[] = [];
  for (const tag of tags) {
    const [, name = '', state] = held.exec(tag) ?? [];
    if (!keyNames.includes(name)) continue;
    if (state === 'on') down.add(name);
    else if (!down.delete(name)) loose.push(name);
  }
  return [
    ...[...down].map((name) => `<${name}On> is never followed by <${name}Off>`),
    ...loose.map((name) => `<${name}Off> lets go of a key that is not held`),
  ];
}

function findLooseFaults(rest: string): string[] {
  return /[<>]/.test(rest) ? ['a < or > belongs to no tag'] : [];
}

/** Packer reads the keys as a Go template first, and ends the build where it cannot. */
function findTemplateFaults(typed: string): string[] {
  return typed.includes('{{') ? ["'{{' is not closed by '}}'"] : [];
}

/** They are typed on a US keyboard. */
function findForeignFaults(rest: string): string[] {
  const foreign = [...new Set(rest.match(/[^ -~]/gu) ?? [])];
  return foreign.map((character) => `'${character}' is on no US keyboard, which the keys are typed on`);
}

/** What the kernel gets: lines of an installer that take arguments. */
export function findKernelFaults(keys: readonly string[], family: 'ubuntu' | 'debian' | 'rhel'): string[] {
  const typed = keys.join('').replaceAll(/<[^<>]*>/g, ' ');
  if (family === 'ubuntu') return findUbuntuFaults(typed);
  if (family === 'debian') return /\burl=|\bpreseed\//.test(typed) ? [] : ["'url=' is not typed: the installer asks"];
  return /\binst\.ks=(?!hd:LABEL=|cdrom)/.test(typed)
    ? ["'inst.ks=' is typed: the answers are on a CD labelled OEMDRV"]
    : [];
}

function findUbuntuFaults(typed: string): string[] {
  const words = typed.split(/\s+/);
  const autoinstall = words.indexOf('autoinstall');
  const dashes = words.indexOf('---');
  if (autoinstall === -1) return ["'autoinstall' is not typed: the installer asks whether to erase the disk"];
  if (dashes === -1) return ["'---' is not typed behind 'autoinstall'"];
  const faults = autoinstall < dashes ? [] : ["'autoinstall' stands behind '---': it would stay in the image"];
  if (words.slice(dashes).some((word) => /^("?'?)ds=/.test(word)))
    faults.push("'ds=' stands behind '---': cloud-init in every clone would look at nothing else");
  if (/(^|\s)ds=[^"'\s]*;/.test(typed)) faults.push("';' is not quoted: GRUB ends the line there");
  return faults;
}
