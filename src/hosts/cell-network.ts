import { quote } from '../config/findings.ts';
import { isHostName, isIpv6 } from '../config/host-name.ts';
import { asText, asTexts, CellFault, type ReadCell } from './cell.ts';
import { findReservedBlock, parseIpv4, parseIpv4Network } from './ipv4.ts';

const onlyIpv4 = 'is IPv6; hybrid nodes are IPv4';

/** `10.0.0.5/24`: what matters between address and network is judged with the row (network-faults.ts). */
export const readIp: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  const accepted = 'accepted: an IPv4 address with its prefix length, such as 10.0.0.5/24';
  if (isIpv6(text.replace(/\/\d+$/, ''))) return new CellFault(`${quote(text)} ${onlyIpv4}; ${accepted}`);
  if (parseIpv4(text) !== undefined) return new CellFault(`${quote(text)} has no prefix length; ${accepted}`);
  return parseIpv4Network(text) === undefined
    ? new CellFault(`${quote(text)} is no address with a prefix; ${accepted}`)
    : text;
};

export const readIpv4: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  const accepted = 'accepted: an IPv4 address';
  if (isIpv6(text)) return new CellFault(`${quote(text)} ${onlyIpv4}; ${accepted}`);
  return parseIpv4(text) === undefined ? new CellFault(`${quote(text)} is no address; ${accepted}`) : text;
};

/** Where SSH reaches a host. */
export const readAddress: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  const accepted = 'accepted: a host name or an IPv4 address';
  if (isIpv6(text)) return new CellFault(`${quote(text)} ${onlyIpv4}; ${accepted}`);
  const number = parseIpv4(text);
  if (number === undefined) return isHostName(text) ? text : new CellFault(`${quote(text)} is no address; ${accepted}`);
  const reserved = findReservedBlock(number);
  return reserved === undefined ? text : new CellFault(`${quote(text)} ${reserved}; accepted: an address of a machine`);
};

export const readDns: ReadCell<readonly string[]> = (value) => {
  const texts = asTexts(value);
  if (texts instanceof CellFault) return texts;
  const wrong = texts.filter((text) => parseIpv4(text) === undefined && !isIpv6(text));
  if (wrong.length === 0) return texts;
  return new CellFault(
    ...wrong.map((text) => `${quote(text)} is no address; accepted: addresses of DNS servers, with commas between`),
  );
};

export const readDomains: ReadCell<readonly string[]> = (value) => {
  const texts = asTexts(value);
  if (texts instanceof CellFault) return texts;
  const wrong = texts.filter((text) => !isHostName(text));
  if (wrong.length === 0) return texts;
  return new CellFault(
    ...wrong.map((text) => `${quote(text)} is no domain; accepted: search domains, with commas between`),
  );
};

const usualMac = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;
const otherMacs = /^([0-9a-f]{2}(-[0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2})$/;

/** Colons, hyphens or Cisco's dots, in any case; given back in lower case with colons. */
export const readMac: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  const lower = text.toLowerCase();
  const mac = usualMac.test(lower) ? lower : findOtherMac(lower);
  if (mac === undefined) return new CellFault(`${quote(text)} is no MAC address; accepted: such as 00:50:56:00:00:01`);
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  if (isGroup || mac === '00:00:00:00:00:00')
    return new CellFault(`${quote(text)} is no card's own address; accepted: a unicast MAC address`);
  return mac;
};

function findOtherMac(lower: string): string | undefined {
  return otherMacs.test(lower) ? lower.match(/[0-9a-f]{2}/g)?.join(':') : undefined;
}

/** Linux allows 15 bytes; what a renderer of network settings would take for a pattern or a path is left out. */
export const readInterface: ReadCell<string> = (value) => {
  const text = asText(value);
  if (typeof text !== 'string') return text;
  return /^[A-Za-z][A-Za-z0-9_-]{0,14}$/.test(text)
    ? text
    : new CellFault(`${quote(text)} is no name of a network card; accepted: such as ens192, at most 15 characters`);
};
