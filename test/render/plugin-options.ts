import type { BuilderKind } from '../../src/catalog/image-spec.ts';
import type { VspherePluginKind } from '../../src/render/packer/vsphere-pins.ts';

/**
 * Options both generations of the vSphere plugin have in both builders, as far as a template of ours could name them. Read in
 * builder/vsphere/{iso,clone}/config.hcl2spec.go of hashicorp/packer-plugin-vsphere 1.4.2 and of vmware/packer-plugin-vsphere
 * (399c30a8 and 0f444a9c, 2026).
 */
const common = `
  vcenter_server username password insecure_connection datacenter cluster host resource_pool datastore folder vm_name notes destroy
  disk_controller_type storage CPUs RAM cpu_cores NestedHV firmware vTPM configuration_parameters cdrom_type iso_paths remove_cdrom
  reattach_cdroms cd_files cd_content cd_label boot_order boot_wait boot_command boot_keygroup_interval ip_wait_timeout
  ip_settle_timeout ip_wait_address communicator ssh_host ssh_port ssh_username ssh_private_key_file ssh_timeout
  ssh_file_transfer_method shutdown_command shutdown_timeout create_snapshot snapshot_name convert_to_template export
  content_library_destination set_host_for_datastore_uploads
`;

const own: Record<Exclude<BuilderKind, 'qemu'>, string> = {
  'vsphere-iso': `
    vm_version guest_os_type network_adapters usb_controller iso_url iso_urls iso_checksum iso_target_path local_cache_overwrite
    remote_cache_cleanup remote_cache_overwrite remote_cache_datastore remote_cache_path
  `,
  'vsphere-clone': 'template disk_size linked_clone network mac_address vapp customize',
};

/** Came with VMware's releases: no template that has to work with both may name them. */
const onlyVmware = 'datastore_cluster tags tag tools_sync_time_periodically';

export function pluginOptions(kind: VspherePluginKind, builder: BuilderKind): Set<string> {
  if (builder === 'qemu') throw new Error('qemu has another plugin');
  const words = `${common} ${own[builder]} ${kind === 'vmware' ? onlyVmware : ''}`;
  return new Set(words.split(/\s+/).filter((word) => word !== ''));
}
