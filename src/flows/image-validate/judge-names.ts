/** In the order of the table's columns. `…-rules` are our own and stricter. */
export const judgeNames = [
  'packer-validate',
  'packer-fmt',
  'packer-rules',
  'seed-rules',
  'ksvalidator',
  'kickstart-rules',
  'autoinstall-schema',
  'autoinstall-rules',
  'preseed',
  'cloud-init-schema',
  'net-convert',
  'shellcheck',
  'systemd-verify',
  'pyyaml',
] as const;
