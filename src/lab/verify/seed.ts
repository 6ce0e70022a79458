import { buildNoCloudIso } from '../seed/nocloud.ts';

export interface VerifySeed {
  /** The guest's check script (templates/verify/check.sh). */
  script: string;
  nonce: string;
  /** Serial number of the disk that will be plugged in. */
  diskSerial: string;
  waitSeconds: number;
}

const scriptPath = '/run/hnf-verify/check.sh';

/**
 * A NoCloud seed that starts the check script: after cloud-init's network stage, which grows the root file system and makes host
 * keys, and beside the rest of the boot. Not earlier, because the artifact's disk carries the same UUIDs as the root disk.
 */
export function buildVerifySeed(seed: VerifySeed): Uint8Array {
  const start = [
    ...['systemd-run', '--no-block', '--unit=hnf-verify', '--property=StandardOutput=null'],
    ...['--property=After=cloud-init.service', '--property=After=cloud-init-network.service'],
    ...['/bin/sh', scriptPath, seed.nonce, seed.diskSerial, String(seed.waitSeconds)],
  ];
  const config = {
    // One kind is enough to see that keys are made; an RSA key costs an emulated machine ten seconds.
    ssh_genkeytypes: ['ed25519'],
    bootcmd: [start],
    write_files: [{ path: scriptPath, permissions: '0700', content: seed.script }],
  };
  return buildNoCloudIso({
    instanceId: `hnf-verify-${seed.nonce}`,
    hostname: 'hnf-verify',
    userData: `#cloud-config\n${JSON.stringify(config)}\n`,
  });
}
