import { fault } from './image-fault.ts';
import type { ImageDraft, ImageFault } from './image-rules.ts';

/** nodeadm enables the SSM agent's snap unit on Ubuntu, and only that; its installation brings snapd back, what comes after does not. */
export function snapStaysForSsm({ spec }: ImageDraft): ImageFault[] {
  if (spec.os.family !== 'ubuntu' || spec.provider !== 'ssm') return [];
  const { scripts, files } = spec.profile;
  const hook = [...scripts.pre, ...scripts.post].find(({ content }) => removesSnap(content));
  if (hook !== undefined) return snapFault('profile.scripts', `script '${hook.name}' removes or stops snapd`);
  const pin = files.find(({ path, content }) => path.startsWith('/etc/apt/preferences') && pinsSnapAway(content));
  return pin === undefined ? [] : snapFault('profile.files', `'${pin.path}' keeps apt from installing snapd`);
}

function snapFault(path: string, what: string): ImageFault[] {
  const message = `${what}, and on Ubuntu nodeadm runs the SSM agent as a snap; accepted: what leaves snapd alone`;
  return fault(path, message, "Keep snapd, or use provider 'iam-ra'.");
}

const removals: readonly RegExp[] = [
  // apt, apt-get, aptitude; a '-' behind a name removes it in an installation, too.
  /\bapt(?:-get|itude)?\b.*\b(?:purge|remove|autoremove)\b.*\bsnapd\b/,
  /\bapt(?:-get|itude)?\b.*\binstall\b.*\bsnapd-(?:\s|$)/,
  /\bdpkg\b.*\s(?:-r|-P|--remove|--purge)\b.*\bsnapd\b/,
  /\bsnap\s+(?:remove|disable)\b.*\b(?:amazon-ssm-agent|core\w*|snapd)\b/,
  /\bsystemctl\b.*\b(?:disable|mask)\b.*\bsnapd\b/,
  /\bsystemctl\b.*\b(?:disable|mask)\b.*\bsnap\.amazon-ssm-agent\b/,
  /\brm\s.*\s\/(?:var\/lib\/snapd|snap|var\/snap)(?:[\s/]|$)/,
];

/** By command: lines that are continued are one, comments are none. */
function removesSnap(script: string): boolean {
  const commands = script.replaceAll(/\\\n/g, ' ').split(/\n|;|&&|\|\|/);
  const spoken = commands.filter((line) => !/^\s*#/.test(line)).map((line) => line.replace(/\s#.*$/, ''));
  return spoken.some((command) => removals.some((pattern) => pattern.test(command)));
}

/** apt_preferences(5): stanzas of Package and a negative Pin-Priority. */
function pinsSnapAway(content: string): boolean {
  return content
    .split(/\n\s*\n/)
    .some((stanza) => /^Package:.*\bsnapd\b/m.test(stanza) && /^Pin-Priority:\s*-/m.test(stanza));
}
