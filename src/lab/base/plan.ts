import { FactoryError } from '../../core/errors.ts';
import { canonicalJson, sha256 } from '../../core/hash.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { type DiskIds, fatUuid, planDiskIds } from './identity.ts';
import { type DiskLayout, planLayout } from './layout.ts';
import { type BaseSpec, checkBaseSpec } from './spec.ts';
import {
  planDatasources,
  planInitramfsCompression,
  planMergeUsr,
  planPackages,
  planSources,
  securityMirror,
} from './suites.ts';
import type { BaseTemplates } from './templates.ts';

/** Raised when the code that makes the disk changes its result for equal inputs: a cached base of an older recipe is not used. */
const recipeVersion = 1;

/** Times of files that the build makes, and of the file systems: 2026-01-01, in seconds. */
export const sourceDateEpoch = 1_767_225_600;

/** Everything that `buildBaseDisk` does, as data. */
export interface BasePlan {
  spec: BaseSpec;
  /** SHA-256, lower-case hex, of all that decides the result except the archive's package versions of the day. */
  identity: string;
  ids: DiskIds;
  layout: DiskLayout;
  packages: readonly string[];
  /** apt sources of the installation. */
  sources: readonly string[];
  /** Placed in the tree, owner root; `path` is relative to `/`. */
  files: readonly RenderedFile[];
  hooks: { mergeUsr: string | undefined; customize: string; filesystem: string };
  /** GRUB's embedded configuration on BIOS, and `EFI/debian/grub.cfg` of the ESP. */
  grub: { bios: string; efi: string };
}

/** Pure. @throws FactoryError `input.invalid` for a wrong spec. */
export function planBase(spec: BaseSpec, templates: BaseTemplates): BasePlan {
  checkBaseSpec(spec);
  const identity = baseIdentity(spec, templates);
  const ids = planDiskIds(identity);
  const values = templateValues(spec, ids);
  const early = fillIn('grub-early.cfg', takeTemplate(templates, 'grub-early.cfg'), values);
  return {
    spec,
    identity,
    ids,
    layout: planLayout(spec.diskGiB, ids),
    packages: planPackages(spec),
    sources: planSources(spec),
    files: planFiles(templates, values),
    hooks: {
      mergeUsr: planMergeUsr(spec.suite) ? takeTemplate(templates, 'hooks/merge-usr.sh') : undefined,
      customize: takeTemplate(templates, 'hooks/customize.sh'),
      filesystem: takeTemplate(templates, 'hooks/filesystem.sh'),
    },
    // On BIOS GRUB goes on to $prefix/grub.cfg by itself; the signed EFI image has to be told.
    grub: { bios: early, efi: `${early}configfile $prefix/grub.cfg\n` },
  };
}

/** The cache key of the base layer. */
export function baseIdentity(spec: BaseSpec, templates: BaseTemplates): string {
  return sha256(
    canonicalJson({
      recipeVersion,
      spec: { ...spec, extraPackages: [...spec.extraPackages].sort() },
      packages: planPackages(spec),
      sources: planSources(spec),
      datasources: planDatasources(spec.suite),
      initramfsCompression: planInitramfsCompression(spec.suite),
      mergeUsr: planMergeUsr(spec.suite),
      templates,
    }),
  );
}

function templateValues(spec: BaseSpec, ids: DiskIds): Readonly<Record<string, string>> {
  return {
    SUITE: spec.suite,
    MIRROR: spec.mirror,
    SECURITY_MIRROR: securityMirror(spec.mirror),
    DATASOURCES: planDatasources(spec.suite).join(', '),
    INITRAMFS_COMPRESSION: planInitramfsCompression(spec.suite),
    ROOT_UUID: ids.rootFilesystem,
    ESP_ID: fatUuid(ids.espSerial),
  };
}

function planFiles(templates: BaseTemplates, values: Readonly<Record<string, string>>): RenderedFile[] {
  return Object.entries(templates)
    .filter(([path]) => path.startsWith('tree/'))
    .map(([path, text]) => ({
      path: path.slice('tree/'.length),
      // A package from the npm registry does not keep every mode, so the text itself says what is a program.
      mode: text.startsWith('#!') ? 0o755 : 0o644,
      content: fillIn(path, text, values),
    }));
}

function takeTemplate(templates: BaseTemplates, path: string): string {
  const text = templates[path];
  if (text === undefined) throw new FactoryError('internal', `templates/lab/${path} is missing from this installation`);
  return text;
}

function fillIn(path: string, text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/@([A-Z_]+)@/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new FactoryError('internal', `templates/lab/${path}: there is no value @${name}@`);
    return value;
  });
}
