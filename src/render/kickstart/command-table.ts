/**
 * One command and its aliases. `majors`: those that know it, `8d` deprecated there. `words`: how many words without `--` it takes
 * (`0` when absent), `1-`: at least one, `raw`: whatever is written is handed on unread. `options`: `--name` a flag, `--name=` with a
 * value, `--name#` with a whole number; `!`: must be there, `!9,10`: in these majors; `@9,10d`: known to these majors only, deprecated in 10.
 */
export interface CommandRow {
  name: string;
  majors: string;
  words?: string;
  options?: string;
}

/**
 * What the Anaconda of RHEL 8, 9 and 10 accepts. Source: pykickstart 3.78's command classes for RHEL8, RHEL9 and RHEL10, read by
 * introspection, and what it warns about (https://pykickstart.readthedocs.io); test/integration/render/kickstart.test.ts compares the two.
 */
export const commandTable: readonly CommandRow[] = [
  { name: 'auth authconfig', majors: '8d 9d', words: 'raw' },
  { name: 'authselect', majors: '8 9 10', words: 'raw' },
  {
    name: 'autopart',
    majors: '8 9 10',
    options:
      '--backuppassphrase --cipher= --encrypted --escrowcert= --fstype= --hibernation@10 --luks-version= --noboot ' +
      '--nohome --nolvm --noswap --passphrase= --pbkdf= --pbkdf-iterations# --pbkdf-memory# --pbkdf-time# --type=',
  },
  { name: 'autostep', majors: '8 9d', options: '--autoscreenshot@8' },
  { name: 'bootc', majors: '10', options: '--source-imgref=! --stateroot= --target-imgref=' },
  {
    name: 'bootloader',
    majors: '8 9 10',
    options:
      '--append= --boot-drive= --default= --disabled --driveorder= --extlinux --iscrypted --leavebootorder ' +
      '--location= --md5pass= --nombr --password= --sdboot@10 --timeout# --upgrade@8d',
  },
  { name: 'btrfs', majors: '8d 9d', words: 'raw' },
  { name: 'cdrom', majors: '8 9 10' },
  {
    name: 'clearpart',
    majors: '8 9 10',
    options: '--all --cdl --disklabel= --drives= --initlabel --linux --list= --none',
  },
  { name: 'cmdline', majors: '8 9 10', options: '--non-interactive' },
  { name: 'device', majors: '8d', words: 'raw' },
  { name: 'deviceprobe', majors: '8d', words: 'raw' },
  { name: 'dmraid', majors: '8d', words: 'raw' },
  { name: 'driverdisk', majors: '8 9 10', words: '0-1', options: '--biospart= --source=' },
  { name: 'eula', majors: '8 9 10', options: '--accept --accepted --agree --agreed' },
  { name: 'fcoe', majors: '8 9 10', options: '--autovlan --dcb --nic=!' },
  {
    name: 'firewall',
    majors: '8 9 10',
    options:
      '--disable --disabled --enable --enabled --ftp --http --port= --remove-service= --service= --smtp --ssh ' +
      '--trust= --use-system-defaults',
  },
  { name: 'firstboot', majors: '8 9 10', options: '--disable --disabled --enable --enabled --reconfig' },
  { name: 'graphical', majors: '8 9 10', options: '--non-interactive' },
  { name: 'group', majors: '8 9 10', options: '--gid# --name=!' },
  { name: 'harddrive', majors: '8 9 10', options: '--biospart=@8 --dir=! --partition=!9,10' },
  { name: 'hmc', majors: '8 9 10' },
  { name: 'ignoredisk', majors: '8 9 10', options: '--drives= --interactive@8d --only-use=' },
  { name: 'install', majors: '8d', words: 'raw' },
  {
    name: 'iscsi',
    majors: '8 9 10',
    options: '--iface= --ipaddr=! --password= --port# --reverse-password= --reverse-user= --target= --user=',
  },
  { name: 'iscsiname', majors: '8 9 10', words: '1' },
  { name: 'keyboard', majors: '8 9 10', words: '0-1', options: '--switch= --vckeymap= --xlayouts=' },
  { name: 'lang', majors: '8 9 10', words: '1', options: '--addsupport=' },
  { name: 'liveimg', majors: '8 9 10', options: '--checksum= --noverifyssl --proxy= --url=!' },
  { name: 'logging', majors: '8 9 10', options: '--host= --level=@8,9d --port=' },
  {
    name: 'logvol',
    majors: '8 9 10',
    words: '1',
    options:
      '--backuppassphrase --cachemode= --cachepvs= --cachesize# --chunksize# --cipher= --encrypted --escrowcert= ' +
      '--fsoptions= --fsprofile= --fstype= --grow --hibernation --label= --luks-version= --maxsize# ' +
      '--metadatasize# --mkfsoptions= --name=! --noformat --passphrase= --pbkdf= --pbkdf-iterations# ' +
      '--pbkdf-memory# --pbkdf-time# --percent# --poolname= --profile= --recommended --resize --size# --thin ' +
      '--thinpool --useexisting --vgname=!',
  },
  { name: 'mediacheck', majors: '8 9 10' },
  {
    name: 'method',
    majors: '8 9d',
    words: 'raw',
    options:
      '--metalink=@8 --mirrorlist=@8 --noverifyssl@8 --proxy=@8 --sslcacert=@8 --sslclientcert=@8 ' +
      '--sslclientkey=@8 --url=@8',
  },
  { name: 'module', majors: '8 9 10d', options: '--disable@8,9 --name=!@8,9 --stream=@8,9' },
  { name: 'mount', majors: '8 9 10', words: '2', options: '--mkfsoptions= --mountoptions= --reformat=' },
  { name: 'multipath', majors: '8d', words: 'raw' },
  {
    name: 'network',
    majors: '8 9 10',
    options:
      '--activate --bindto= --bondopts= --bondslaves= --bootproto= --bridgeopts= --bridgeslaves= --device= ' +
      '--dhcpclass= --essid= --ethtool= --gateway= --hostname= --interfacename= --ip= --ipv4-dns-search=@9,10 ' +
      '--ipv4-ignore-auto-dns@9,10 --ipv6= --ipv6-dns-search=@9,10 --ipv6-ignore-auto-dns@9,10 --ipv6gateway= ' +
      '--mtu= --nameserver= --netmask= --no-activate --nodefroute --nodns --noipv4 --noipv6 --notksdevice ' +
      '--onboot= --teamconfig=@8,9,10d --teamslaves=@8,9,10d --vlanid= --wepkey= --wpakey=',
  },
  { name: 'nfs', majors: '8 9 10', options: '--dir=! --opts= --server=!' },
  { name: 'nvdimm', majors: '8 9', words: '1', options: '--blockdevs= --mode= --namespace= --sectorsize#' },
  {
    name: 'ostreecontainer',
    majors: '9 10',
    options: '--no-signature-verification --remote= --stateroot= --transport= --url=!',
  },
  { name: 'ostreesetup', majors: '8 9 10', options: '--nogpg --osname=! --ref=! --remote= --url=!' },
  {
    name: 'part partition',
    majors: '8 9 10',
    words: '1',
    options:
      '--active@8d --asprimary --backuppassphrase --cipher= --encrypted --escrowcert= --fsoptions= --fsprofile= ' +
      '--fstype= --grow --hibernation --label= --luks-version= --maxsize# --mkfsoptions= --noformat --onbiosdisk= ' +
      '--ondisk= --ondrive= --onpart= --passphrase= --pbkdf= --pbkdf-iterations# --pbkdf-memory# --pbkdf-time# ' +
      '--recommended --resize --size# --type= --usepart=',
  },
  {
    name: 'raid',
    majors: '8 9 10',
    words: '1-',
    options:
      '--backuppassphrase --chunksize# --cipher= --device=! --encrypted --escrowcert= --fsoptions= --fsprofile= ' +
      '--fstype= --label= --level= --luks-version= --mkfsoptions= --noformat --passphrase= --pbkdf= ' +
      '--pbkdf-iterations# --pbkdf-memory# --pbkdf-time# --spares# --useexisting',
  },
  { name: 'rdp', majors: '10', options: '--password= --username=' },
  { name: 'realm', majors: '8 9 10', words: 'raw' },
  { name: 'reboot poweroff halt shutdown', majors: '8 9 10', options: '--eject --kexec' },
  {
    name: 'repo',
    majors: '8 9 10',
    options:
      '--baseurl= --cost# --excludepkgs= --ignoregroups=@8,9d --includepkgs= --install --metalink= --mirrorlist= ' +
      '--name=! --noverifyssl --proxy= --sslcacert= --sslclientcert= --sslclientkey=',
  },
  { name: 'reqpart', majors: '8 9 10', options: '--add-boot' },
  { name: 'rescue', majors: '8 9 10', options: '--nomount --romount' },
  {
    name: 'rhsm',
    majors: '8 9 10',
    options:
      '--activation-key=! --connect-to-insights --flatpak-registry-url=@10 --organization=! --proxy= ' +
      '--rhsm-baseurl= --server-hostname=',
  },
  { name: 'rootpw', majors: '8 9 10', words: '0-1', options: '--allow-ssh@9,10 --iscrypted --lock --plaintext' },
  { name: 'selinux', majors: '8 9 10', options: '--disabled --enforcing --permissive' },
  { name: 'services', majors: '8 9 10', options: '--disabled= --enabled=' },
  { name: 'skipx', majors: '8 9 10' },
  { name: 'snapshot', majors: '8 9 10', words: '1', options: '--name=! --when=!' },
  { name: 'sshkey', majors: '8 9 10', words: '1', options: '--username=!' },
  { name: 'sshpw', majors: '8 9 10', words: '0-1', options: '--iscrypted --lock --plaintext --sshkey --username=!' },
  { name: 'syspurpose', majors: '8 9 10', options: '--addon= --role= --sla= --usage=' },
  { name: 'text', majors: '8 9 10', options: '--non-interactive' },
  { name: 'timesource', majors: '9 10', options: '--ntp-disable --ntp-pool= --ntp-server= --nts' },
  { name: 'timezone', majors: '8 9 10', words: '0-1', options: '--isUtc@8,9d --nontp@8,9d --ntpservers=@8,9d --utc' },
  { name: 'updates', majors: '8 9 10', words: '0-1' },
  {
    name: 'url',
    majors: '8 9 10',
    options: '--metalink= --mirrorlist= --noverifyssl --proxy= --sslcacert= --sslclientcert= --sslclientkey= --url=',
  },
  {
    name: 'user',
    majors: '8 9 10',
    options: '--gecos= --gid# --groups= --homedir= --iscrypted --lock --name=! --password= --plaintext --shell= --uid#',
  },
  { name: 'vnc', majors: '8 9 10d', options: '--host=@8,9 --password=@8,9 --port=@8,9' },
  {
    name: 'volgroup',
    majors: '8 9 10',
    words: '1-',
    options: '--noformat --pesize# --reserved-percent# --reserved-space# --useexisting',
  },
  { name: 'xconfig', majors: '8 9 10', options: '--defaultdesktop= --startxonboot' },
  { name: 'zerombr', majors: '8 9 10' },
  { name: 'zfcp', majors: '8 9 10', options: '--devnum=! --fcplun=!8 --wwpn=!8' },
  { name: 'zipl', majors: '8 9 10', options: '--force-secure-boot --no-secure-boot --secure-boot' },
];

/** Sections in the same notation; `raw`: their header is not ours to judge. */
export const sectionTable: readonly CommandRow[] = [
  { name: '%addon', majors: '8 9 10', words: 'raw' },
  { name: '%anaconda', majors: '8 9 10' },
  { name: '%certificate', majors: '8 9 10', options: '--dir= --filename=! --type=' },
  { name: '%onerror', majors: '8 9 10', options: '--erroronfail --interpreter= --log= --logfile=' },
  {
    name: '%packages',
    majors: '8 9 10',
    options:
      '--default --exclude-weakdeps@9,10 --excludeWeakdeps@8,9d --excludedocs --ignoremissing --inst-langs=@9,10 ' +
      '--instLangs=@8,9d --multilib --nocore --retries# --timeout#',
  },
  { name: '%post', majors: '8 9 10', options: '--erroronfail --interpreter= --log= --logfile= --nochroot' },
  { name: '%pre %pre-install', majors: '8 9 10', options: '--erroronfail --interpreter= --log= --logfile=' },
  { name: '%traceback', majors: '8 9d 10d', options: '--erroronfail --interpreter= --log= --logfile=' },
];
