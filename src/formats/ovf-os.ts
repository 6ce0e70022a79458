/** CIM_OperatingSystem.OsType numbers by the beginning of VMware's guest identifier. */
const cimByGuest: readonly (readonly [RegExp, number])[] = [
  [/^ubuntu64Guest$/, 94],
  [/^debian\d+_64Guest$/, 96],
  [/^rhel\d+_64Guest$/, 80],
  [/^centos\d*_?64Guest$/, 107],
];

/** `LINUX 64-Bit`: right for every 64-bit Linux without a number of its own. */
const linux64 = 101;

/** The number for `ovf:id` that goes with a `vmw:osType`. */
export function cimOsType(guestOsType: string): number {
  return cimByGuest.find(([pattern]) => pattern.test(guestOsType))?.[1] ?? linux64;
}
