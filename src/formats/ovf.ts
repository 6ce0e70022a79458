import { GiB, MiB } from '../core/sizes.ts';
import { renderHardware } from './ovf-hardware.ts';
import { checkMachine, type OvfMachine, type OvfProduct, ovfDiskId, ovfNetworkName } from './ovf-machine.ts';
import { cimOsType } from './ovf-os.ts';
import { renderXml, type XmlElement, xml } from './xml.ts';

export interface OvfDisk {
  fileName: string;
  /** Of the VMDK file. */
  fileBytes: number;
  /** Of the virtual disk. */
  capacityBytes: number;
  populatedBytes: number;
}

const namespaces = {
  xmlns: 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:ovf': 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:rasd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
  'xmlns:vssd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
  'xmlns:vmw': 'http://www.vmware.com/schema/ovf',
  'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
};

const streamOptimized = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

/** The descriptor of an OVA with one disk, OVF 1.1 as vSphere reads it. @throws FactoryError `input.invalid` */
export function renderOvf(machine: OvfMachine, disk: OvfDisk): string {
  checkMachine(machine);
  const info = (text: string) => xml('Info', {}, text);
  return renderXml(
    xml('Envelope', namespaces, [
      xml('References', {}, [
        xml('File', { 'ovf:href': disk.fileName, 'ovf:id': 'file1', 'ovf:size': `${disk.fileBytes}` }),
      ]),
      xml('DiskSection', {}, [info('Virtual disks'), renderDisk(disk)]),
      xml('NetworkSection', {}, [
        info('Networks'),
        xml('Network', { 'ovf:name': ovfNetworkName }, [xml('Description', {}, 'The network of the node')]),
      ]),
      xml('VirtualSystem', { 'ovf:id': machine.name }, [
        info('A hybrid node'),
        xml('Name', {}, machine.name),
        xml(
          'OperatingSystemSection',
          { 'ovf:id': `${cimOsType(machine.guestOsType)}`, 'vmw:osType': machine.guestOsType },
          [info('The guest operating system')],
        ),
        renderHardware(machine),
        renderProduct(machine.product),
        xml('AnnotationSection', {}, [info('The image'), xml('Annotation', {}, machine.annotation)]),
      ]),
    ]),
  );
}

function renderDisk(disk: OvfDisk): XmlElement {
  const unit = [
    { bytes: GiB, name: 'byte * 2^30' },
    { bytes: MiB, name: 'byte * 2^20' },
  ].find((candidate) => disk.capacityBytes % candidate.bytes === 0) ?? { bytes: 1, name: 'byte' };
  return xml('Disk', {
    'ovf:capacity': `${disk.capacityBytes / unit.bytes}`,
    'ovf:capacityAllocationUnits': unit.name,
    'ovf:diskId': ovfDiskId,
    'ovf:fileRef': 'file1',
    'ovf:format': streamOptimized,
    'ovf:populatedSize': `${disk.populatedBytes}`,
  });
}

/**
 * What a person may fill in when deploying; cloud-init's OVF data source reads them from guestinfo.ovfEnv. There is no
 * `password`: it would stay readable in the machine's settings.
 */
const properties = [
  {
    key: 'instance-id',
    value: 'id-ovf',
    label: 'Instance ID',
    description: 'A new value makes cloud-init run its first-boot steps again.',
  },
  { key: 'hostname', value: '', label: 'Host name', description: 'Name of the node.' },
  { key: 'public-keys', value: '', label: 'SSH public keys', description: 'Keys for the default user, one per line.' },
  {
    key: 'user-data',
    value: '',
    label: 'User data, base64',
    description: 'cloud-init user-data, encoded as base64 without line breaks.',
  },
] as const;

function renderProduct(product: OvfProduct): XmlElement {
  return xml('ProductSection', { 'ovf:required': 'false' }, [
    xml('Info', {}, 'The image and its settings'),
    xml('Product', {}, product.name),
    xml('Vendor', {}, product.vendor),
    xml('Version', {}, product.version),
    xml('FullVersion', {}, product.fullVersion),
    ...properties.map((property) =>
      xml(
        'Property',
        { 'ovf:key': property.key, 'ovf:type': 'string', 'ovf:userConfigurable': 'true', 'ovf:value': property.value },
        [xml('Label', {}, property.label), xml('Description', {}, property.description)],
      ),
    ),
  ]);
}
