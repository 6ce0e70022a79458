import type { CatalogRow } from './catalog-row.ts';
import type { OsFamily } from './image-spec.ts';

/** What holds for all images of a family, also for a user's that extends no built-in one. */
export interface FamilyFacts {
  title: string;
  codenames: Readonly<Record<string, string>>;
  defaults: Pick<CatalogRow['defaults'], 'provider' | 'containerdSource' | 'artifacts'>;
}

export const familyFacts = {
  debian: {
    title: 'Debian',
    codenames: { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' },
    defaults: { provider: 'iam-ra', containerdSource: 'distro', artifacts: 'aws' },
  },
  ubuntu: {
    title: 'Ubuntu',
    codenames: { '20.04': 'focal', '22.04': 'jammy', '24.04': 'noble' },
    defaults: { provider: 'ssm', containerdSource: 'distro', artifacts: 'aws' },
  },
  rhel: {
    title: 'RHEL',
    codenames: { '8': 'ootpa', '9': 'plow' },
    defaults: { provider: 'ssm', containerdSource: 'docker', artifacts: 'aws' },
  },
  al2023: {
    title: 'Amazon Linux 2023',
    codenames: { '2023': 'al2023' },
    defaults: { provider: 'ssm', containerdSource: 'distro', artifacts: 'aws' },
  },
} satisfies Record<OsFamily, FamilyFacts>;
