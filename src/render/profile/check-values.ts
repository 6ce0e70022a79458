import { findMirrorFault, type MirrorUse } from '../../config/mirror-url.ts';
import {
  type Form,
  fileName,
  imageReference,
  kernelArgument,
  longestNameBytes,
  repositoryId,
} from '../../config/profile-values.ts';
import { FactoryError } from '../../core/errors.ts';
import { checkLine } from '../../core/quote/text.ts';

/** @throws FactoryError `input.invalid` unless the value matches; `what` begins the sentence. */
function checkValue(value: string, pattern: RegExp, what: string, accepted: string): string {
  checkLine(value, 'a setting of a profile');
  if (pattern.test(value)) return value;
  throw new FactoryError('input.invalid', `${what} ${JSON.stringify(value)} cannot be used; accepted: ${accepted}`);
}

function checkForm(value: string, { pattern, accepted }: Form, what: string): string {
  return checkValue(value, pattern, what, accepted);
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
export function checkMirrorUrl(value: string, use: MirrorUse = 'base'): string {
  const fault = findMirrorFault(value, use);
  if (fault === undefined) return value;
  throw new FactoryError('input.invalid', `the package mirror ${JSON.stringify(value)} ${fault}`);
}

export function checkRepositoryId(value: string): string {
  return checkForm(value, repositoryId, 'the repository id');
}

export function checkTimeServer(value: string): string {
  return checkValue(value, /^[A-Za-z0-9._:-]+$/, 'the time server', 'a host name or an address');
}

export function checkKernelArgument(value: string): string {
  return checkForm(value, kernelArgument, 'the kernel argument');
}

export function checkFileName(value: string, what: string): string {
  return checkForm(value, fileName, what);
}

/** Absolute, without anything that leads elsewhere. */
export function checkGuestPath(value: string): string {
  const parts = value.split('/').slice(1);
  const isName = (part: string) => !['', '.', '..'].includes(part) && Buffer.byteLength(part) <= longestNameBytes;
  const isPlain = value.startsWith('/') && parts.every(isName);
  const accepted = "an absolute path of a file, without '.', '..', '//' and control characters";
  return checkValue(value, isPlain ? /^\P{Cc}+$/u : /^$/, 'the path', accepted);
}

export function checkImageReference(value: string): string {
  return checkForm(value, imageReference, 'the image');
}

export function checkDigest(value: string): string {
  return checkValue(value, /^[0-9a-f]{64}$/, 'the SHA-256', '64 lower-case hexadecimal digits');
}
