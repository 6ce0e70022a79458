import { KiB } from '../core/sizes.ts';

/** How a payload reaches its machine, and how long one value may be there, in characters as encoded. */
export const transports = {
  /** VM Service refuses more, and one RPC message of the guest holds as much (facts: vm-operator#148, GUESTMSG_MAX_IN_SIZE). */
  guestinfo: { most: 64 * KiB, warnFrom: 48 * KiB },
  /** A property of a vApp is a text of at most 65535 characters. */
  ovf: { most: 64 * KiB - 1, warnFrom: 48 * KiB },
} as const;
export type Transport = keyof typeof transports;

export interface SizeFault {
  severity: 'error' | 'warning';
  /** `userdata` */
  what: string;
  message: string;
}

/** What is too long, or nearly so, for the way it takes. Pure. */
export function findSizeFaults(encoded: Readonly<Record<string, string>>, transport: Transport): SizeFault[] {
  const { most, warnFrom } = transports[transport];
  return Object.entries(encoded).flatMap(([what, { length }]): SizeFault[] => {
    if (length <= warnFrom) return [];
    const severity = length > most ? 'error' : 'warning';
    const limit = severity === 'error' ? `accepted: at most ${most}` : `the limit is ${most}`;
    return [{ severity, what, message: `has ${length} characters, compressed and encoded; ${limit}` }];
  });
}
