/**
 * An IPv4 address as a number, or undefined. No leading zeros: some programs read `010` as 8. Read digit by digit: a fleet has some hundred
 * thousand of them.
 */
export function parseIpv4(text: string): number | undefined {
  return readIpv4(text, text.length);
}

function readIpv4(text: string, end: number): number | undefined {
  let [value, part, digits, dots] = [0, 0, 0, 0];
  for (let at = 0; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit === -2) {
      if (digits === 0) return undefined;
      value = value * 256 + part;
      [part, digits, dots] = [0, 0, dots + 1];
      continue;
    }
    if (digit < 0 || digit > 9 || (digits > 0 && part === 0)) return undefined;
    part = part * 10 + digit;
    digits += 1;
    if (part > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? value * 256 + part : undefined;
}

export interface Ipv4Network {
  address: number;
  prefix: number;
  /** First and last address; of a network with up to 30 bits they belong to nobody. */
  first: number;
  last: number;
}

/** `10.0.0.5/24` */
export function parseIpv4Network(text: string): Ipv4Network | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = readIpv4(text, slash);
  const prefix = readPrefix(text, slash + 1);
  if (address === undefined || prefix === undefined) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { address, prefix, first, last: first + size - 1 };
}

/** 1 to 32. */
function readPrefix(text: string, start: number): number | undefined {
  const digits = text.slice(start);
  const prefix = /^\d\d?$/.test(digits) ? Number(digits) : 0;
  return prefix >= 1 && prefix <= 32 ? prefix : undefined;
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

export function isIn(address: number, network: Ipv4Network): boolean {
  return address >= network.first && address <= network.last;
}

/** The network's own or its broadcast address; networks of two or one address have none (RFC 3021). */
export function findSpecialUse(address: number, { prefix, first, last }: Ipv4Network): string | undefined {
  if (prefix > 30) return undefined;
  if (address === first) return "is the network's own address";
  return address === last ? "is the network's broadcast address" : undefined;
}

/** Blocks no machine of a site has its address in (RFC 6890); undefined for the rest. */
export function findReservedBlock(address: number): string | undefined {
  const top = address >>> 24;
  if (top === 0) return "is in 0.0.0.0/8, 'this network'";
  if (top === 127) return 'is a loopback address';
  if (top >= 224) return top < 240 ? 'is a multicast address' : 'is in 240.0.0.0/4, which is reserved';
  return address >>> 16 === 0xa9fe ? 'is a link-local address' : undefined;
}
