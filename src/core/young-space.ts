import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for new objects as small as it begins. Where many objects live a little while, as the rows of a fleet do, it would grow to
 * tens of megabytes: 50,000 rows are read in 140 MiB instead of 180, and as fast. For the whole process, from now on. V8 asks for this factor
 * each time it grows the space, so it works after the start, unlike the space's largest size.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
