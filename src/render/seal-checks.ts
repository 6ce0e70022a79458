/** What seal-check.sh looks at, in the order it reports; a report that lacks one is a failure. */
export const sealCheckIds = [
  'build-user',
  'passwords',
  'authorized-keys',
  'machine-id',
  'ssh-host-keys',
  'ssh-host-key-unit',
  'cloud-init-state',
  'cloud-init-datasources',
  'logs',
  'temporary-files',
  'swap',
  'kernel-command-line',
  'registration',
  'subscription',
  'resolver',
  'package-settings',
  'network',
  'installer',
  'tracker',
  'join-unit',
] as const;

export type SealCheckId = (typeof sealCheckIds)[number];

/** One line of seal-check.sh. `skip`: does not apply to this disk, e.g. `tracker` and `join-unit` on a base layer. */
export interface SealCheck {
  id: SealCheckId;
  status: 'pass' | 'fail' | 'skip';
  expected: string;
  saw: string;
}

export const sealCheckTemplate = 'templates/guest/seal-check.sh';
