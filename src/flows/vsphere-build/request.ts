import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { SecretName } from '../../config/environment.ts';
import type { VspherePluginKind } from '../../render/packer/vsphere-pins.ts';
import type { VsphereConnection } from '../../vsphere/connection.ts';

/** `vsphere`: a template or an item of a content library; `ova`: a file here. */
export type VsphereFormat = 'vsphere' | 'ova';

/** The vCenter and the places in it, as a person named them; undefined: not named. */
export interface VsphereTarget extends VsphereConnection {
  datacenter: string | undefined;
  cluster: string | undefined;
  esxiHost: string | undefined;
  resourcePool: string | undefined;
  datastore: string | undefined;
  network: string | undefined;
  folder: string | undefined;
  /** Inventory path, for vsphere-clone. */
  template: string | undefined;
  /** The image becomes an item of it in place of a template. */
  contentLibrary: string | undefined;
}

/** A build on a vCenter as resolved from flags, environment and catalog. */
export interface VsphereBuildRequest {
  spec: ImageSpec;
  formats: readonly VsphereFormat[];
  target: VsphereTarget;
  outputFolder: string;
  cacheFolder: string;
  /** False builds again what is there already. */
  useCache: boolean;
  /** Replaces a machine or template of the same name. */
  force: boolean;
  /** `auto`: ours, or VMware's from the user's own plugin folder when ours is not installed. */
  plugin: VspherePluginKind | 'auto';
  /** Who registers a RHEL machine; the secrets of it are in `secrets`. */
  redhat: { username: string | undefined; organization: string | undefined };
  secrets: Readonly<Partial<Record<SecretName, string>>>;
  /** Packer variables a person set with PKR_VAR_…: waiting times, a package proxy. Ours win. */
  packerVariables: Readonly<Record<string, string>>;
  /** Version of hnf, for the manifest. */
  toolVersion: string;
}
