import { FactoryError } from '../core/errors.ts';
import { buildBottlerocketSettings } from './build.ts';
import type { BottlerocketFleet, BottlerocketHost, SettingTable } from './fleet.ts';
import { renderToml } from './render-toml.ts';

export interface BottlerocketPayload {
  host: string;
  /** The settings as a person reads them. */
  toml: string;
  /** The same in base64 on one line without an end: Bottlerocket's decoder takes no line breaks. */
  userdataB64: string;
  /** Keys of the machine's extraConfig, to be set before it is powered on for the first time. There is no metadata. */
  guestinfo: Readonly<Record<string, string>>;
  /** Of `userdataB64`. */
  bytes: number;
}

/** What a guestinfo value may have; more is cut off somewhere between vCenter and the guest. */
const mostBytes = 65_536;

/** The payload of one host. Pure. @throws FactoryError `input.invalid` for settings Bottlerocket refuses or that are too large. */
export function buildBottlerocketPayload(fleet: BottlerocketFleet, host: BottlerocketHost): BottlerocketPayload {
  const toml = renderToml(buildBottlerocketSettings(fleet, host) as SettingTable);
  const userdataB64 = Buffer.from(toml, 'utf8').toString('base64');
  const bytes = userdataB64.length;
  if (bytes > mostBytes)
    throw new FactoryError(
      'input.invalid',
      `the payload of '${host.name}' has ${bytes} bytes; accepted: at most ${mostBytes}`,
    );
  const guestinfo = { 'guestinfo.userdata': userdataB64, 'guestinfo.userdata.encoding': 'base64' };
  return { host: host.name, toml, userdataB64, guestinfo, bytes };
}
