import { z } from 'zod';
import { defaults } from './defaults.ts';
import { line, text, whole } from './schema-text.ts';

const arn = (service: string, rest: string) => new RegExp(`^arn:aws[a-z0-9-]*:${service}:[a-z0-9-]*:\\d{12}:${rest}$`);

const GuestPath = text(/^\/[^\p{Cc}\s]{1,1023}$/u, 'an absolute path in the guest, without blanks');

export const ClusterSettings = z
  .strictObject({
    name: text(
      /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/,
      'letters, digits, hyphens and underscores, at most 100, a letter or digit first',
    )
      .optional()
      .describe('Name of the EKS cluster. No default.'),
    region: text(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, "an AWS region, such as 'us-west-2'")
      .optional()
      .describe(
        `AWS region of the cluster; also what 'nodeadm install --region' is given. Default: '${defaults.cluster.region}' for images; nodes want it said.`,
      ),
    apiServerEndpoint: text(
      /^https:\/\/[^\s/@]+\/?$/,
      "https:// and a host name, such as 'https://ABCD.gr7.us-west-2.eks.amazonaws.com'",
    )
      .optional()
      .describe(
        'Address of the API server. With certificateAuthority and cidr beside it, nodeadm does not ask EKS for them; Bottlerocket needs all three. Default: nodeadm asks.',
      ),
    certificateAuthority: text(/^[A-Za-z0-9+/]+={0,2}$/, 'PEM in base64 on one line, as EKS shows it')
      .optional()
      .describe(
        "The cluster's certificate authority, PEM in base64 on one line, as EKS shows it. Default: nodeadm asks.",
      ),
    cidr: text(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "an IPv4 network, such as '10.100.0.0/16'")
      .optional()
      .describe("Network of the cluster's services; its tenth address is the cluster's DNS. Default: nodeadm asks."),
  })
  .describe('The EKS cluster the nodes join.');

export const IamRolesAnywhereSettings = z
  .strictObject({
    trustAnchorArn: text(
      arn('rolesanywhere', 'trust-anchor/[0-9a-f-]{36}'),
      'arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/ID',
    )
      .optional()
      .describe('The trust anchor. No default.'),
    profileArn: text(arn('rolesanywhere', 'profile/[0-9a-f-]{36}'), 'arn:aws:rolesanywhere:REGION:ACCOUNT:profile/ID')
      .optional()
      .describe('The profile, which must accept a role session name. No default.'),
    roleArn: text(arn('iam', 'role/[\\x21-\\x7e]{1,512}'), 'arn:aws:iam::ACCOUNT:role/NAME')
      .optional()
      .describe('The role of hybrid nodes. No default.'),
    certificatePath: GuestPath.optional().describe(
      `The node's certificate in the guest. Default: '${defaults.iamRolesAnywhere.certificatePath}', nodeadm's own.`,
    ),
    privateKeyPath: GuestPath.optional().describe(
      `The key of that certificate in the guest. Default: '${defaults.iamRolesAnywhere.privateKeyPath}', nodeadm's own.`,
    ),
    awsConfigPath: GuestPath.optional().describe(
      "Where nodeadm writes the node's AWS configuration. Default: nodeadm's own.",
    ),
  })
  .describe('AWS IAM Roles Anywhere: credentials by a certificate of the node.');

export const SsmSettings = z
  .strictObject({
    activationId: text(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
      'a UUID in lower case, as ssm create-activation prints it',
    )
      .optional()
      .describe('Id of the hybrid activation. No default; HNF_SSM_ACTIVATION_ID sets it.'),
    activationCodeFile: line(4096)
      .optional()
      .describe(
        'File with the activation code, from the folder hnf is run in. No default. The code itself never stands here: it comes from HNF_SSM_ACTIVATION_CODE, HNF_SSM_ACTIVATION_CODE_FILE, this file or the command below.',
      ),
    activationCommand: z
      .array(line(4096))
      .min(1)
      .optional()
      .describe(
        "Program and arguments that print the activation: the code alone, or JSON with ActivationId and ActivationCode as 'aws ssm create-activation' prints it. Run without a shell. Default: none.",
      ),
  })
  .describe('AWS Systems Manager: credentials by a hybrid activation.');

export const NodeSettings = z
  .strictObject({
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe("Labels every node registers with; a host's own are put on top. Default: none but nodeadm's."),
    taints: z
      .array(
        text(
          /^[^=:\s]+(=[^=:\s]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$/,
          'key=value:Effect or key:Effect, the effect NoSchedule, PreferNoSchedule or NoExecute',
        ),
      )
      .optional()
      .describe(
        "Taints every node registers with, each 'key=value:Effect'; a host's own are put on top. Default: none.",
      ),
    maxPods: whole(1, 2500).optional().describe("Most pods on a node. Default: kubelet's own, 110."),
    enableCredentialsFile: z
      .boolean()
      .optional()
      .describe(
        'true also writes AWS credentials to /eks-hybrid/.aws, which the Pod Identity agent needs. Default: false.',
      ),
    kubelet: z
      .strictObject({
        config: z
          .record(z.string(), z.json())
          .optional()
          .describe("Fields of KubeletConfiguration, on top of nodeadm's; lists replace. Default: none."),
        flags: z
          .array(text(/^--[^\s"'\\\p{Cc}]+$/u, '--name=value, without blanks, quotes and backslashes'))
          .optional()
          .describe("Flags of kubelet, each '--name=value'. Default: none."),
      })
      .optional()
      .describe('Settings of kubelet.'),
    containerd: z
      .strictObject({
        config: z
          .string()
          .max(65_536)
          .optional()
          .describe('TOML put beside the configuration nodeadm writes. Default: none.'),
        file: line(4096).optional().describe('File with such TOML, from the folder of this config. Default: none.'),
      })
      .optional()
      .describe('Settings of containerd.'),
  })
  .describe('What the nodes of a fleet have in common.');
export type WrittenNode = z.infer<typeof NodeSettings>;
