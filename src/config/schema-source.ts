import { z } from 'zod';
import { defaults } from './defaults.ts';
import { line, text } from './schema-text.ts';
import { debianSuites } from './values.ts';

export const checksumAccepted =
  "'sha256:' and 64 hexadecimal digits, 'file:https://…' of a checksum list, or 'none' with allowUnverified: true";

export const Checksum = text(/^(sha256:[0-9a-fA-F]{64}|file:https:\/\/[^\s@]+|none)$/, checksumAccepted);

/** A '-' at the end would make apt remove the package. */
export const DebianPackage = text(
  /^[a-z0-9][a-z0-9+.-]*[a-z0-9+.]$/,
  "a package name of the distribution: lower-case letters, digits, '+', '-' and '.', without '-' at the end",
);

/** Names of rpm packages have capital letters and `_` as well. */
export const PackageName = text(
  /^[A-Za-z0-9][A-Za-z0-9+._-]*[A-Za-z0-9+._]$/,
  "a package name of the distribution: letters, digits, '+', '-', '.' and '_', without '-' at the end",
);

export const SourceUrl = text(
  /^(https?:\/\/|file:\/\/\/|\/)\S+$/,
  'https://…, http://…, file:///… or an absolute path, without blanks',
);

/** Also a place in the vCenter: `[datastore1] iso/ubuntu.iso`, or `Library/item/file.iso` of a content library. */
export const IsoUrl = text(
  /^((https?:\/\/|file:\/\/\/|\/)\S+|\[[^\]\p{Cc}]+\] ?[^\p{Cc}]+|[^\p{Cc}/:[\].][^\p{Cc}/:]*(\/[^\p{Cc}/]+){2})$/u,
  "https://…, http://…, file:///…, an absolute path, or on vSphere '[datastore] path' or 'library/item/file'",
);

const AllowUnverified = z
  .boolean()
  .optional()
  .describe("true accepts the checksum 'none': what was downloaded is then not checked. Default: false.");

/** `iso` at the top of the config and `source` of one image have these in common. */
export const isoFile = {
  url: IsoUrl.optional().describe(
    "Installer ISO: https://…, file:///…, an absolute path, or for vsphere-iso '[datastore] path' or 'library/item/file'. Default: the vendor's, where it is public; RHEL's comes from ISO_URL.",
  ),
  checksum: Checksum.optional().describe(
    `SHA-256 of the ISO: ${checksumAccepted}. Default: the vendor's; required beside a url, except for one on the vCenter, where no file has a sum that could be asked for.`,
  ),
  allowUnverified: AllowUnverified,
};

export const cloudImageFile = {
  url: SourceUrl.optional().describe(
    "The vendor's disk image with cloud-init in it (qcow2, raw, VMDK or OVA): https://…, file:///… or an absolute path. Default: the vendor's, where it is public; RHEL's comes from CLOUD_IMAGE_URL.",
  ),
  checksum: Checksum.optional().describe(
    `SHA-256 of that file: ${checksumAccepted}. Default: the vendor's; required beside a url.`,
  ),
  allowUnverified: AllowUnverified,
};

const IsoSource = z
  .strictObject({ kind: z.literal('iso').describe("Always 'iso'."), ...isoFile })
  .describe("The vendor's installer, run with an answer file.");

const CloudImageSource = z
  .strictObject({
    kind: z.literal('cloudImage').describe("Always 'cloudImage'."),
    ...cloudImageFile,
    template: line(255)
      .optional()
      .describe(
        'Inventory path of the template that vsphere-clone starts from. Default: vsphere.template (VSPHERE_TEMPLATE).',
      ),
  })
  .describe("A vendor's ready disk image with cloud-init in it; for vsphere-clone a template made of it.");

const BootstrapSource = z
  .strictObject({
    kind: z.literal('bootstrap').describe("Always 'bootstrap'."),
    suite: z
      .enum(debianSuites)
      .optional()
      .describe('Debian release to install. Default: the one of the image that is extended.'),
    mirror: text(
      /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[A-Za-z0-9._~-]+)*\/debian$/,
      'an http or https address that ends in /debian',
    )
      .optional()
      .describe(`Package mirror. Default: that of the image that is extended, else ${defaults.bootstrapMirror}.`),
    packages: z
      .array(DebianPackage)
      .optional()
      .describe('Packages beyond those the system is always made of. Default: those of the image that is extended.'),
  })
  .describe('A system made by mmdebstrap on this machine: no ISO, no licence, no disk to download.');

export const WrittenSource = z
  .discriminatedUnion('kind', [IsoSource, CloudImageSource, BootstrapSource])
  .describe(
    'What the image starts from. Only the kind picks one the image has; other keys change it. Default: the source of the image that is extended.',
  );
export type WrittenSource = z.infer<typeof WrittenSource>;
