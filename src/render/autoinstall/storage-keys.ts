import {
  either,
  flag,
  type Key,
  type Keys,
  keysOf,
  listOf,
  map,
  matching,
  oneOf,
  required,
  type Shape,
  text,
  texts,
  whole,
} from './shape.ts';

/** Bytes, `512M`, or -1 for the rest. */
const size = either(whole, matching(/^\d+(\.\d+)?[BKMGT]?i?B?$/));

const wipe = oneOf('superblock', 'superblock-recursive', 'pvremove', 'zero', 'random');

const match = map({
  size: oneOf('largest', 'smallest'),
  path: text,
  serial: text,
  model: text,
  vendor: text,
  id_path: text,
  ssd: flag,
  'install-media': flag,
});

/** curtin's actions that an image can be made with. https://curtin.readthedocs.io/en/latest/topics/storage.html */
const actions: Readonly<Record<string, Keys>> = {
  disk: action({
    match,
    path: text,
    serial: text,
    ptable: oneOf('gpt', 'msdos'),
    wipe,
    preserve: flag,
    grub_device: flag,
    name: text,
  }),
  partition: action({
    device: required(text),
    size: required(size),
    flag: oneOf('bios_grub', 'boot', 'prep', 'lvm', 'swap', 'linux', 'home', 'raid', 'extended', 'logical'),
    number: whole,
    preserve: flag,
    wipe,
    grub_device: flag,
    partition_type: text,
    partition_name: text,
    offset: size,
  }),
  format: action({
    fstype: required(oneOf('ext4', 'xfs', 'btrfs', 'vfat', 'fat32', 'fat', 'swap')),
    volume: required(text),
    preserve: flag,
    label: text,
    uuid: text,
    extra_options: texts,
  }),
  mount: action({ device: required(text), path: text, options: text, passno: either(whole, text), freq: text }),
};

function action(keys: Readonly<Record<string, Shape | Key>>): Keys {
  return keysOf({ id: required(text), type: required(text), ...keys });
}

const layout = map({
  name: required(oneOf('direct', 'lvm', 'zfs', 'hybrid')),
  'sizing-policy': oneOf('scaled', 'all'),
  match,
  ptable: text,
  'reset-partition': either(flag, text),
  password: text,
});

/** `storage` of the answers: a ready layout or a list of actions. */
export const storageKeys = map({
  version: whole,
  layout,
  config: listOf({ kind: 'tagged', tag: 'type', of: actions }),
  swap: map({ size: required(size), filename: text, maxsize: size }),
  grub: map({
    replace_linux_default: flag,
    reorder_uefi: flag,
    reorder_uefi_force_fallback: flag,
    update_nvram: flag,
    remove_old_uefi_loaders: flag,
    remove_duplicate_entries: flag,
    probe_additional_os: flag,
    install_devices: texts,
    terminal: text,
  }),
});
