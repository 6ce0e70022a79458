import { FactoryError } from '../../core/errors.ts';
import { checkLine } from '../../core/quote/text.ts';

/** @throws FactoryError `input.invalid` unless the value matches; `what` begins the sentence. */
function checkValue(value: string, pattern: RegExp, what: string, accepted: string): string {
  checkLine(value, 'a setting of a profile');
  if (pattern.test(value)) return value;
  throw new FactoryError('input.invalid', `${what} ${JSON.stringify(value)} cannot be used; accepted: ${accepted}`);
}

/** Scheme, host and port: nodeadm looks for the bare text of it in other programs' files, so nothing in it may need quoting. */
export function checkProxyUrl(value: string): string {
  const pattern = /^https?:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?\/?$/;
  return checkValue(value, pattern, 'the proxy', "such as 'http://proxy.corp:3128', without user, password and path");
}

/** One entry of a comma-separated list without quoting. */
export function checkExcludedHost(value: string): string {
  const accepted = 'a host name, a domain, an address or a network';
  return checkValue(value, /^[A-Za-z0-9*._:/[\]-]+$/, 'the exception from the proxy', accepted);
}

/** Goes into apt's and dnf's lists, where a blank ends it and nothing can be quoted. */
export function checkMirrorUrl(value: string): string {
  const pattern = /^(https?|file):\/\/[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+$/;
  return checkValue(value, pattern, 'the package mirror', 'an http(s):// or file:// address of plain ASCII');
}

export function checkRepositoryId(value: string): string {
  const accepted = 'letters, digits, dots, colons, hyphens and underscores';
  return checkValue(value, /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/, 'the repository id', accepted);
}

export function checkTimeServer(value: string): string {
  return checkValue(value, /^[A-Za-z0-9._:-]+$/, 'the time server', 'a host name or an address');
}

/**
 * GRUB's shell reads the kernel line, without quotes: words that mean something to it would not reach the kernel.
 * https://www.gnu.org/software/grub/manual/grub/html_node/Quoting.html
 */
export function checkKernelArgument(value: string): string {
  const accepted = 'letters, digits and _ . , : = / + @ % ~ ^ * ? ! ( ) [ ] -';
  return checkValue(value, /^[A-Za-z0-9_.,:=/+@%~^*?!()[\]-]{1,255}$/, 'the kernel argument', accepted);
}

export function checkFileName(value: string, what: string): string {
  const accepted = 'letters, digits, dots, hyphens and underscores, at most 64';
  return checkValue(value, /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, what, accepted);
}

/** What file systems hold; the kernel's NAME_MAX. */
const longestNameBytes = 255;

/** Absolute, without anything that leads elsewhere. */
export function checkGuestPath(value: string): string {
  const parts = value.split('/').slice(1);
  const isName = (part: string) => !['', '.', '..'].includes(part) && Buffer.byteLength(part) <= longestNameBytes;
  const isPlain = value.startsWith('/') && parts.every(isName);
  const accepted = "an absolute path of a file, without '.', '..', '//' and control characters";
  return checkValue(value, isPlain ? /^\P{Cc}+$/u : /^$/, 'the path', accepted);
}

/** Reference of a container image with its registry; it is written into a list and on command lines. */
export function checkImageReference(value: string): string {
  const pattern =
    /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
  return checkValue(value, pattern, 'the image', "a full reference such as 'registry.k8s.io/pause:3.10'");
}

export function checkDigest(value: string): string {
  return checkValue(value, /^[0-9a-f]{64}$/, 'the SHA-256', '64 lower-case hexadecimal digits');
}
