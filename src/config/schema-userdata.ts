import { z } from 'zod';
import { Certificate, SiteProxy } from './schema-profile.ts';
import { line, text } from './schema-text.ts';

const Ipv4 = text(/^\d{1,3}(\.\d{1,3}){3}$/, 'an IPv4 address');

export const AccessSettings = z
  .strictObject({
    user: text(/^[a-z_][a-z0-9_-]{0,31}$/, 'a name of lower-case letters, digits, hyphens and underscores, at most 32')
      .optional()
      .describe(
        "Account made on every node, with sudo and without a password. Default: none; keys go to the image's own.",
      ),
    authorizedKeys: z
      .array(line(16_384))
      .optional()
      .describe('Public keys that may log in by SSH, as in authorized_keys. Default: none.'),
    authorizedKeysFile: line(4096)
      .optional()
      .describe('File with such keys, one per line, from the folder of this config. Default: none.'),
  })
  .describe('Who may log in on the nodes. Passwords never stand in this file.');

export const UserdataSettings = z
  .strictObject({
    gateway: Ipv4.optional().describe(
      'Default gateway of hosts with an ip in its network and none of their own. No default.',
    ),
    dns: z.array(line(64)).optional().describe('DNS servers of hosts with an ip and none of their own. Default: none.'),
    search: z
      .array(line(253))
      .optional()
      .describe('DNS search domains of hosts with an ip and none of their own. Default: none.'),
    interface: text(
      /^[A-Za-z][A-Za-z0-9_-]{0,14}$/,
      'the name of a network card, such as ens192, at most 15 characters',
    )
      .optional()
      .describe(
        'Network card in the guest of hosts with an ip and without a mac. Default: a pattern that RHEL does not know.',
      ),
    ntp: z.array(line(253)).optional().describe("NTP servers. Default: the image's."),
    proxy: SiteProxy.optional(),
    caCertificates: z
      .array(Certificate)
      .optional()
      .describe("PEM certificates added to the system's trust store at the first boot. Default: none."),
    cloudConfig: z
      .record(z.string(), z.json())
      .optional()
      .describe(
        "A cloud-config of your own, put on top of ours by cloud-init's rules: without merge_how its keys replace ours. Default: none.",
      ),
    cloudConfigFile: line(4096)
      .optional()
      .describe('File with a #cloud-config in place of it, from the folder of this config. Default: none.'),
    multipart: z
      .boolean()
      .optional()
      .describe('true hands the cloud-config over as a part of its own, and cloud-init merges it. Default: false.'),
    redact: z
      .boolean()
      .optional()
      .describe(
        'Whether cloud-init takes the user data out of guestinfo once it was read. Default: true with an SSM activation, which is a secret.',
      ),
    generation: text(/^[\x20-\x7e]{1,64}$/, 'a word of at most 64 characters')
      .optional()
      .describe(
        'Part of every instance id: another word makes machines that exist run their payload again. No default.',
      ),
  })
  .describe("What the payloads of a fleet's machines have in common; a row of the hosts file has the last word.");
export type WrittenUserdata = z.infer<typeof UserdataSettings>;
export type WrittenAccess = z.infer<typeof AccessSettings>;
