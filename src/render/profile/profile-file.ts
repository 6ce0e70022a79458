import { checkLine } from '../../core/quote/text.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';

/**
 * When apply-profile.sh puts a file in place: `early` before the first package, `base` with the system's settings, `pre` right
 * before nodeadm's part; the others when that program is there.
 */
export type PlaceStep = 'early' | 'base' | 'pre' | 'audit' | 'firewall' | 'gpu';

/** A file of a profile at its final path in the guest, owner root. */
export interface GuestFile {
  step: PlaceStep;
  path: string;
  mode: number;
  content: string;
}

/** What apply-profile.sh reads beside the files: a value for a name `HNF_PROFILE_…`. */
export type ProfileSetting = readonly [name: string, value: string];

/** `profile/root/<path>`: the tree as it will be in the guest. */
export function treeFile({ path, mode, content }: GuestFile): RenderedFile {
  return { path: `profile/root${path}`, mode, content };
}

/** One line per file: step, mode and path; uploading keeps neither owners nor, on every way, modes. */
export function placeLine({ step, path, mode }: GuestFile): string {
  return `${step} ${mode.toString(8).padStart(4, '0')} ${checkLine(path, 'a list of files')}\n`;
}
