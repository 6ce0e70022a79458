/** Command-line flags that set a config value. Keys are commander's camel-cased option names. */
export const configFlags = {
  kubernetes: { flag: '--kubernetes', path: 'kubernetes' },
  provider: { flag: '--provider', path: 'provider' },
  arch: { flag: '--arch', path: 'arch' },
  builder: { flag: '--builder', path: 'builder' },
  nodeadm: { flag: '--nodeadm', path: 'nodeadm.version' },
  clusterName: { flag: '--cluster-name', path: 'cluster.name' },
  region: { flag: '--region', path: 'cluster.region' },
  accelerator: { flag: '--accelerator', path: 'build.accelerator' },
  format: { flag: '--format', path: 'output.formats', as: 'list' },
  output: { flag: '--output', path: 'output.directory' },
  cacheDir: { flag: '--cache-dir', path: 'cache.directory' },
  allowUnverified: { flag: '--allow-unverified', path: 'iso.allowUnverified', also: 'cloudImage.allowUnverified' },
} as const satisfies Record<string, ConfigFlag>;

interface ConfigFlag {
  flag: string;
  path: string;
  /** A second path that gets the same value. */
  also?: string;
  as?: 'list';
}

export type FlagName = keyof typeof configFlags;

/** What was given on the command line; absent keys were not. Other options of a command may be in there and are not looked at. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
