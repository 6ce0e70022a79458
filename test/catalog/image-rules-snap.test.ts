import { describe, expect, it } from 'vitest';
import { messagesOf } from './sample.ts';

function judge(content: string, more: object = {}): string[] {
  return messagesOf({ extends: 'ubuntu24', profile: { scripts: { post: [{ name: '10-own.sh', content }] } }, ...more });
}

describe('catalog/image-rules-snap', () => {
  it.each([
    'apt-get -y purge snapd',
    'apt autoremove --purge -y \\\n  snapd lxd',
    'apt-get install -y jq snapd-',
    'dpkg --purge snapd',
    'systemctl disable --now snapd.service snapd.socket',
    'systemctl mask snap.amazon-ssm-agent.amazon-ssm-agent.service',
    'snap remove --purge amazon-ssm-agent',
    'rm -rf /var/lib/snapd',
    'true && rm -r /snap',
  ])('finds that a script takes the agent away: %s', (content) => {
    expect(judge(content)).toEqual([
      "error images.web.profile.scripts script '10-own.sh' removes or stops snapd, and on Ubuntu nodeadm runs the SSM agent as a snap; accepted: what leaves snapd alone",
    ]);
    expect(judge(content, { provider: 'iam-ra' })).toEqual([]);
    expect(judge(content, { extends: 'rhel9' })).toEqual([]);
  });

  it.each([
    '# never purge snapd',
    'apt-get -y purge lxd # snapd stays',
    'snap remove lxd',
    'apt-get purge lxd; apt-get install -y snapd',
    'systemctl restart snapd',
    'rm -rf /tmp/snap',
  ])('leaves others alone: %s', (content) => {
    expect(judge(content)).toEqual([]);
  });

  it('finds a pin that keeps snapd out, and refuses names of packages that mean a removal', () => {
    const content = 'Package: snapd\nPin: release a=*\nPin-Priority: -10\n';
    const files = [{ path: '/etc/apt/preferences.d/nosnap.pref', content }];
    expect(messagesOf({ extends: 'ubuntu24', profile: { files } })).toEqual([
      expect.stringContaining("'/etc/apt/preferences.d/nosnap.pref' keeps apt from installing snapd"),
    ]);
    expect(() => messagesOf({ extends: 'ubuntu24', packages: ['snapd-'] })).toThrow(/without '-' at the end/);
  });
});
