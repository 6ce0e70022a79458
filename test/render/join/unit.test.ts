import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/core/package-root.ts';
import { joinFiles } from '../../../src/render/packer/guest-files.ts';

function unit(name: string): [section: string, key: string, value: string][] {
  let section = '';
  return readFileSync(join(packageRoot(), 'templates/guest/join', name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line): [string, string, string][] => {
      const header = /^\[(\w+)\]$/.exec(line)?.[1];
      if (header !== undefined) {
        section = header;
        return [];
      }
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return [[section, key, value]];
    });
}

const units = joinFiles.flatMap((path) => (path.endsWith('.service') ? [path.replace('join/', '')] : []));

/** systemd.unit(5), systemd.service(5), systemd.exec(5) and systemd.kill(5) of version 239, RHEL 8's. */
const known239 = [
  ...['After', 'Before', 'ConditionPathExists', 'Description', 'Documentation', 'StartLimitIntervalSec', 'Wants'],
  ...['Environment', 'ExecStart', 'NotifyAccess', 'Restart', 'RestartSec', 'StandardInput', 'SuccessExitStatus'],
  ...['SyslogIdentifier', 'TimeoutStartSec', 'TimeoutStopSec', 'Type', 'WantedBy'],
];

describe('render/join: units', () => {
  it.each(units)('says nothing in %s that systemd 239 does not know', (name) => {
    const lines = unit(name);
    expect(lines.map(([, key]) => key).filter((key) => !known239.includes(key))).toEqual([]);
    const type = lines.find(([, key]) => key === 'Type')?.[2];
    expect(['simple', 'oneshot']).toContain(type);
    // A oneshot that is started again is not loaded by 239.
    if (type === 'oneshot') expect(lines.map(([, key]) => key)).not.toContain('Restart');
  });

  it('runs with a NodeConfig and without a marker, behind network, clock and written files', () => {
    const lines = unit('hybrid-node-join.service');
    const values = (key: string) => lines.flatMap(([, name, value]) => (name === key ? value.split(' ') : []));
    expect(values('ConditionPathExists')).toEqual([
      '/etc/hybrid-node/nodeconfig.yaml',
      '!/var/lib/hybrid-node/joined.json',
    ]);
    expect(values('After')).toEqual(
      expect.arrayContaining(['network-online.target', 'time-sync.target', 'cloud-config.target']),
    );
    expect(values('After').join(' ')).not.toContain('cloud-final');
    expect(values('WantedBy')).toEqual(['multi-user.target']);
  });
});
