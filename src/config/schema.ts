import { z } from 'zod';
import { defaults } from './defaults.ts';
import { BuildMachine, imageNameAccepted, imageNamePattern, imageSettings, WrittenImage } from './schema-image.ts';
import {
  BottlerocketSection,
  ClusterSettings,
  IamRolesAnywhereSettings,
  NodeSettings,
  SsmSettings,
} from './schema-node.ts';
import { cloudImageFile, isoFile } from './schema-source.ts';
import { line } from './schema-text.ts';
import { AccessSettings, UserdataSettings } from './schema-userdata.ts';
import { accelerators, imageFormats, redhatVersions } from './values.ts';

const Name = line(255);

const OutputSettings = z
  .strictObject({
    directory: Name.optional().describe(
      `Folder for finished images, from the folder hnf is run in. Default: '${defaults.output.directory}'.`,
    ),
    formats: z
      .array(z.enum(imageFormats))
      .min(1)
      .optional()
      .describe(`Formats to write: ${imageFormats.join(', ')}. Default: ${defaults.output.formats.join(', ')}.`),
  })
  .describe('Where finished images go and in which formats.');

const CacheSettings = z
  .strictObject({
    directory: Name.optional().describe(
      `Folder for layers, downloads and built programs; '~/' is the home folder. Default: '${defaults.cache.directory}', under XDG_CACHE_HOME where that is set.`,
    ),
    maxGiB: z
      .number()
      .min(1)
      .max(100_000)
      .optional()
      .describe(`Size at which the oldest entries are removed, in GiB. Default: ${defaults.cache.maxGiB}.`),
  })
  .describe('The content-addressed cache.');

const VsphereSettings = z
  .strictObject({
    server: z
      .string()
      .regex(/^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/, {
        error: 'a host name or address, with :port if it is not 443, without https:// and without a path',
      })
      .optional()
      .describe('Host name of the vCenter, with :port if it is not 443. No default.'),
    user: Name.optional().describe(
      'User name at the vCenter. No default. The password only ever comes from VSPHERE_PASSWORD or VSPHERE_PASSWORD_FILE.',
    ),
    datacenter: Name.optional().describe('Datacenter. No default.'),
    cluster: Name.optional().describe('Compute cluster. No default.'),
    datastore: Name.optional().describe('Datastore for disks. No default.'),
    network: Name.optional().describe('Network (port group) of the machines. No default.'),
    folder: Name.optional().describe('Inventory folder for templates. No default.'),
    resourcePool: Name.optional().describe("Resource pool. Default: the cluster's own."),
    esxiHost: Name.optional().describe('ESXi host to build on. Default: the cluster chooses.'),
    template: Name.optional().describe(
      'Inventory path of the template that vsphere-clone starts from. No default; VSPHERE_TEMPLATE sets it.',
    ),
    contentLibrary: Name.optional().describe(
      'Content library that gets the image as an OVF item, in place of a template. Default: none.',
    ),
    insecure: z
      .boolean()
      .optional()
      .describe(`true turns the check of the vCenter's certificate off. Default: ${defaults.vsphere.insecure}.`),
  })
  .describe('The vCenter. Passwords never stand in this file.');

/** What a person writes in `images.config.ts`, `.yaml` or `.json`: everything is optional, unknown keys are refused. */
export const WrittenConfig = z
  .strictObject({
    $schema: z.string().optional().describe('Address of the JSON Schema, for editors; not read. No default.'),
    cluster: ClusterSettings.optional(),
    ssm: SsmSettings.optional(),
    iamRolesAnywhere: IamRolesAnywhereSettings.optional(),
    node: NodeSettings.optional(),
    bottlerocket: BottlerocketSection.optional(),
    access: AccessSettings.optional(),
    userdata: UserdataSettings.optional(),
    ...imageSettings,
    build: BuildMachine.extend({
      accelerator: z
        .enum(accelerators)
        .optional()
        .describe(
          `How QEMU runs the guest: 'auto' tries kvm or hvf and falls back to tcg, which works everywhere and is slow. Default: '${defaults.build.accelerator}'.`,
        ),
    })
      .optional()
      .describe('The machine images are built on.'),
    iso: z
      .strictObject(isoFile)
      .optional()
      .describe('Installer ISO in place of the built-in one, for images that are installed from one.'),
    cloudImage: z
      .strictObject(cloudImageFile)
      .optional()
      .describe("Vendor's disk image in place of the built-in one, for images that start from one."),
    output: OutputSettings.optional(),
    cache: CacheSettings.optional(),
    vsphere: VsphereSettings.optional(),
    redhat: z
      .strictObject({
        version: z.enum(redhatVersions).optional().describe("Major version of RHEL: '8' or '9'. No default."),
        organization: z
          .string()
          .regex(/^[0-9A-Za-z_-]{1,64}$/, { error: 'the number (or label) of an organisation' })
          .optional()
          .describe(
            'Number of the organisation at Red Hat, for activation keys. No default. The key only ever comes from RH_ACTIVATION_KEY or RH_ACTIVATION_KEY_FILE.',
          ),
        username: Name.optional().describe(
          'User name at Red Hat. No default. The password only ever comes from RH_PASSWORD or RH_PASSWORD_FILE.',
        ),
      })
      .optional()
      .describe('Red Hat subscription. Passwords never stand in this file.'),
    images: z
      .record(z.string().regex(imageNamePattern, { error: imageNameAccepted }), WrittenImage)
      .optional()
      .describe(
        'Images by name: new ones, and changes to built-in ones of the same name. Default: only the built-in images.',
      ),
  })
  .describe('Configuration of hybrid-node-factory (hnf).');
export type WrittenConfig = z.infer<typeof WrittenConfig>;
