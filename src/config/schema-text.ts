import { z } from 'zod';
import type { Form } from './profile-values.ts';

/** Text that must match; `accepted` completes the sentence "accepted: …" of the error. */
export function text(pattern: RegExp, accepted: string): z.ZodString {
  return z.string().regex(pattern, { error: accepted });
}

/** As `text`, of a form that others go by as well. */
export function formed({ pattern, accepted }: Form): z.ZodString {
  return text(pattern, accepted);
}

/** A whole number with a range; the unit is in the key's name. */
export function whole(least: number, most: number): z.ZodNumber {
  return z.number().int().min(least).max(most);
}

/** Text on one line, without control characters. */
export function line(most: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}]*$/u, { error: 'text on one line, without control characters' });
}
