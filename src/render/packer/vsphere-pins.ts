import { toolNamed } from '../../tools/table.ts';

/** Where the plugin comes from: it moved from HashiCorp's address (up to 1.4.2 and 2.0.0) to VMware's (from 2.0.0 on). */
export const vspherePluginKinds = ['hashicorp', 'vmware'] as const;
export type VspherePluginKind = (typeof vspherePluginKinds)[number];

/** The plugin a folder is rendered for, pinned: with both installed Packer would load either. */
export interface VspherePlugin {
  kind: VspherePluginKind;
  /** Exact, without `v`. */
  version: string;
}

/** `packer init` takes the newest version a looser constraint allows and keeps no lock file, so both are exact. */
export const vspherePlugins = {
  hashicorp: { kind: 'hashicorp', version: toolNamed('packer-plugin-vsphere').pinned ?? '1.4.2' },
  vmware: { kind: 'vmware', version: '2.0.0' },
} satisfies Record<VspherePluginKind, VspherePlugin>;

/** Pure. */
export function vspherePluginPin(plugin: VspherePlugin): { source: string; version: string } {
  return { source: `github.com/${plugin.kind}/vsphere`, version: `= ${plugin.version}` };
}
