/** A value of YAML or JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonMap = Readonly<Record<string, Json>>;

/** What a host's payload needs to know of it; the fleet's defaults are in it already. */
export interface PayloadHost {
  readonly name: string;
  readonly mac?: string | undefined;
  readonly interface?: string | undefined;
  /** With prefix length. */
  readonly ip?: string | undefined;
  readonly gateway?: string | undefined;
  readonly dns?: readonly string[] | undefined;
  readonly search?: readonly string[] | undefined;
}

/** A file user data puts into the guest, owner root. */
export interface PayloadFile {
  readonly path: string;
  /** Permission bits, e.g. 0o600. */
  readonly mode: number;
  readonly content: string;
}

/** A line for `/bin/sh`, or a program with its arguments. */
export type Command = string | readonly string[];

/** What the payloads of a fleet have in common. */
export interface PayloadSettings {
  readonly access: {
    /** Account with sudo; undefined: keys go to the image's own default user. */
    readonly user?: string | undefined;
    readonly authorizedKeys: readonly string[];
  };
  readonly ntp: readonly string[];
  readonly files: readonly PayloadFile[];
  /** Run before the join unit is started. */
  readonly commands: readonly Command[];
  /** A `#cloud-config` of one's own, put on top by cloud-init's rules. */
  readonly extra?: JsonMap | undefined;
  /** Whether the guest takes user data out of guestinfo once it was read: what is in it is secret. */
  readonly redact: boolean;
  /** Part of every instance id: another word makes every machine run its payload again. */
  readonly generation?: string | undefined;
  /** The extra cloud-config becomes a part of its own in a MIME message. */
  readonly multipart: boolean;
}

/** The contract with the image's join unit (templates/guest). */
export const guestPaths = {
  folder: '/etc/hybrid-node',
  nodeConfig: '/etc/hybrid-node/nodeconfig.yaml',
  joinEnvironment: '/etc/hybrid-node/join.env',
  joinUnit: 'hybrid-node-join.service',
} as const;
