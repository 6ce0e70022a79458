#cloud-config
# The build's own way in: one user, one key of this build, no password. power-off.sh removes the user again.
users:
  - name: hnf-build
    gecos: image build
    lock_passwd: true
    shell: /bin/sh
    sudo: "ALL=(ALL) NOPASSWD:ALL"
    ssh_authorized_keys:
      - ${jsonencode(public_key)}
disable_root: true
ssh_pwauth: false
# The keys of this boot are thrown away; RSA would take half a minute under emulation.
ssh_deletekeys: true
ssh_genkeytypes: [ed25519]
apt:
  preserve_sources_list: true
package_update: false
package_upgrade: false
# Leaves the locale alone. As a word: the schema of cloud-init before 23 takes no boolean, and every release reads this as "no".
locale: "false"
