import { type OvfMachine, ovfDiskId, ovfNetworkName } from './ovf-machine.ts';
import { type XmlElement, xml } from './xml.ts';

/** CIM resource types of the items below. */
const resourceType = { cpu: '3', memory: '4', scsiController: '6', ethernet: '10', disk: '17' } as const;

/** The promise the boot test keeps: a PVSCSI disk, a VMXNET3 network card, the firmware asked for. */
export function renderHardware(machine: OvfMachine): XmlElement {
  return xml('VirtualHardwareSection', { 'ovf:transport': 'com.vmware.guestInfo' }, [
    xml('Info', {}, 'Virtual hardware'),
    xml('System', {}, [
      xml('vssd:ElementName', {}, 'Virtual Hardware Family'),
      xml('vssd:InstanceID', {}, '0'),
      xml('vssd:VirtualSystemIdentifier', {}, machine.name),
      xml('vssd:VirtualSystemType', {}, `vmx-${machine.hardwareVersion}`),
    ]),
    ...items(machine).map(renderItem),
    ...settings(machine).map(([key, value]) =>
      xml('vmw:Config', { 'ovf:required': 'false', 'vmw:key': key, 'vmw:value': value }),
    ),
    // Gives the guest stable disk names, which the vSphere CSI driver needs.
    xml('vmw:ExtraConfig', { 'ovf:required': 'false', 'vmw:key': 'disk.EnableUUID', 'vmw:value': 'TRUE' }),
  ]);
}

type Item = Readonly<Record<string, string>>;

function items(machine: OvfMachine): Item[] {
  return [
    {
      AllocationUnits: 'hertz * 10^6',
      Description: 'Number of virtual CPUs',
      ElementName: `${machine.cpus} virtual CPU(s)`,
      InstanceID: '1',
      ResourceType: resourceType.cpu,
      VirtualQuantity: `${machine.cpus}`,
    },
    {
      AllocationUnits: 'byte * 2^20',
      Description: 'Memory size',
      ElementName: `${machine.memoryMiB} MB of memory`,
      InstanceID: '2',
      ResourceType: resourceType.memory,
      VirtualQuantity: `${machine.memoryMiB}`,
    },
    {
      Address: '0',
      Description: 'SCSI controller',
      ElementName: 'SCSI controller 0',
      InstanceID: '3',
      ResourceSubType: 'VirtualSCSI',
      ResourceType: resourceType.scsiController,
    },
    {
      AddressOnParent: '0',
      ElementName: 'Hard disk 1',
      HostResource: `ovf:/disk/${ovfDiskId}`,
      InstanceID: '4',
      Parent: '3',
      ResourceType: resourceType.disk,
    },
    {
      AddressOnParent: '7',
      AutomaticAllocation: 'true',
      Connection: ovfNetworkName,
      Description: `VmxNet3 ethernet adapter on "${ovfNetworkName}"`,
      ElementName: 'Network adapter 1',
      InstanceID: '5',
      ResourceSubType: 'VmxNet3',
      ResourceType: resourceType.ethernet,
    },
  ];
}

/** The children of an Item stand in alphabetical order, as the CIM schema demands. */
function renderItem(item: Item): XmlElement {
  const names = Object.keys(item).sort();
  return xml(
    'Item',
    {},
    names.map((name) => xml(`rasd:${name}`, {}, item[name])),
  );
}

function settings(machine: OvfMachine): [string, string][] {
  const firmware: [string, string][] = [['firmware', machine.firmware === 'uefi' ? 'efi' : 'bios']];
  // Our images carry no signed boot chain for VMware's keys unless the distribution's shim is installed: never promised.
  if (machine.firmware === 'uefi') firmware.push(['bootOptions.efiSecureBootEnabled', 'false']);
  return [...firmware, ['cpuHotAddEnabled', 'true'], ['memoryHotAddEnabled', 'true']];
}
