import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { TemplateSet } from '../template-set.ts';
import type { GuestFile, PlaceStep } from './profile-file.ts';

/** Files that are the same for everybody; below each folder they stand at their final path. */
const folders: Readonly<Record<string, { step: PlaceStep; isWanted: (spec: ImageSpec) => boolean }>> = {
  'templates/profile/hardening': { step: 'base', isWanted: isHardened },
  'templates/profile/audit': { step: 'audit', isWanted: isHardened },
  'templates/profile/gpu': { step: 'gpu', isWanted: ({ profile }) => profile.gpu === 'nvidia' },
};

function isHardened({ profile }: ImageSpec): boolean {
  return profile.hardening === 'baseline';
}

/** Programs are executable, everything else is not. */
export function buildStaticFiles(spec: ImageSpec, templates: TemplateSet): GuestFile[] {
  return Object.entries(folders)
    .filter(([, { isWanted }]) => isWanted(spec))
    .flatMap(([folder, { step }]) =>
      [...templates]
        .filter(([path]) => path.startsWith(`${folder}/`))
        .map(([path, content]): GuestFile => {
          const mode = content.startsWith('#!') ? 0o755 : 0o644;
          return { step, path: path.slice(folder.length), mode, content };
        }),
    );
}
