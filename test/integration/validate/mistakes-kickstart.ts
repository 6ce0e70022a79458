import type { ImageSpec } from '../../../src/catalog/image-spec.ts';
import type { JudgeName } from '../../../src/flows/image-validate/types.ts';
import { append, cells, type Mistake, replace, rows } from './mistake.ts';

const kickstart = 'seed/ks.cfg.pkrtpl.hcl';

const both: readonly JudgeName[] = ['ksvalidator', 'kickstart-rules'];

const rhel9 = rows(cells.rhel9, kickstart, [
  ['auth, which is deprecated', replace('skipx', 'auth --enableshadow --passalgo=sha512\nskipx'), both, /auth/],
  ['a command that there is none of', replace('skipx', 'skipxx'), both, /skipxx/],
  ['an option that there is none of', replace('--enabled=sshd', '--enable-it=sshd'), both, /--enable-it/],
  ['no %end', replace(/%end\n\n%onerror/, '\n%onerror'), both, /%end/],
  ['zerombr yes', replace('skipx', 'zerombr yes\nskipx'), both, /zerombr/],
  ['a quotation that is not closed', replace("lang 'en_US.UTF-8'", "lang 'en_US.UTF-8"), both, /quotation/],
  ['--ignorebroken', replace('%packages --excludedocs', '%packages --ignorebroken'), both, /ignorebroken/],
  [
    'a swap partition',
    replace('clearpart --none', 'clearpart --none\npart swap --size=2048'),
    'kickstart-rules',
    /swap/,
  ],
  [
    'partitions over the disk',
    replace('  mkpart root xfs 1282MiB', '  mkpart log xfs 1282MiB 31282MiB \\\n  mkpart root xfs 31282MiB'),
    'kickstart-rules',
    /'log' ends at 31282 MiB, the disk has 20480/,
  ],
  [
    'partitions that leave the root no room',
    replace('  mkpart root xfs 1282MiB', '  mkpart log xfs 1282MiB 16282MiB \\\n  mkpart root xfs 16282MiB'),
    'kickstart-rules',
    /'root' is left with 4198 MiB/,
  ],
  [
    'swap in what %pre writes',
    replace('part /boot --fstype=xfs', 'part swap --fstype=swap'),
    'kickstart-rules',
    /swap/,
  ],
  ['autopart', replace('clearpart --none', 'autopart'), 'kickstart-rules', /swap|LVM/],
  [
    'a root password in the clear',
    replace('rootpw --lock', 'rootpw --plaintext secret'),
    'kickstart-rules',
    /password/,
  ],
  ['SELinux off', replace('selinux --enforcing', 'selinux --disabled'), 'kickstart-rules', /selinux/],
  ['no licence agreed to', replace('eula --agreed\n', ''), 'kickstart-rules', /eula/],
  [
    'no initramfs for other machines',
    replace('dracut-config-generic\n', ''),
    'kickstart-rules',
    /dracut-config-generic/,
  ],
  [
    'a bashism in %post',
    replace(
      '%post --erroronfail --log=/var/log/hnf-post.log\n',
      '%post --erroronfail --log=/var/log/hnf-post.log\n[[ -d /x ]]\n',
    ),
    'shellcheck',
    /SC3010/,
  ],
]);

const rhelOthers: Mistake[] = [
  ...rows(cells.rhel8, kickstart, [
    ['timesource, which RHEL 8 does not know', append('timesource --ntp-server=ntp.example.org'), both, /timesource/],
  ]),
  ...rows(cells.rhel9, kickstart, [
    ['auth in an EL10 kickstart', replace('skipx', 'auth --enableshadow\nskipx'), both, /auth/],
  ]).map((mistake) => ({ ...mistake, spec: (spec: ImageSpec) => ({ ...spec, os: { ...spec.os, version: '10' } }) })),
];

export const kickstartMistakes: readonly Mistake[] = [...rhel9, ...rhelOthers];
