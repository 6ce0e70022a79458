import type { ImageFault } from './image-rules.ts';

/** `message` has what is there and what is accepted, `hint` what to do next. */
export function fault(path: string, message: string, hint: string): ImageFault[] {
  return [{ severity: 'error', path, message, hint }];
}

export function warning(path: string, message: string, hint: string): ImageFault[] {
  return [{ severity: 'warning', path, message, hint }];
}

/** `ssm or iam-ra`. */
export function either(words: readonly string[]): string {
  return words.join(' or ');
}
