import { findUrlFault } from './host-name.ts';

/** `base`: paths are added to it. `file`: one file, such as a key. */
export type MirrorUse = 'base' | 'file';

/** What ends an entry or means something in none of the files it gets into: apt's and dnf's lists, installers' answers, a shell. */
const plain = /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;

/**
 * What is wrong with the address of a package mirror, in words; undefined when nothing is. It cannot be quoted everywhere it stands. The
 * one rule for it: what passes here is rendered.
 */
export function findMirrorFault(url: string, use: MirrorUse): string | undefined {
  if (!plain.test(url))
    return "has letters that package lists cannot hold; accepted: ASCII without blanks, quotes, '\\', '{'";
  if (!/^(https?:\/\/[^/]|file:\/\/\/)/.test(url))
    return 'is of another kind; accepted: http://…, https://… or file:///…';
  if (use === 'base' && /[?#]/.test(url)) return "has a '?' or '#'; accepted: an address that paths can be added to";
  if (url.includes('#')) return "has a '#'; accepted: an address without";
  // A local one has no host. dnf's variables may stand in one.
  return url.startsWith('file:') ? undefined : findUrlFault(url.replaceAll('$', ''));
}
