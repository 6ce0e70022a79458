/** An IPv4 address as a number, or undefined. No leading zeros: some programs read `010` as 8. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
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
  const match = /^([^/]+)\/(\d{1,2})$/.exec(text);
  const address = parseIpv4(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  if (address === undefined || prefix > 32 || prefix < 1) return undefined;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { address, prefix, first, last: first + size - 1 };
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
