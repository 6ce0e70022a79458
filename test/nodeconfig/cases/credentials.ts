import {
  accepted,
  activationCode,
  activationId,
  iamRa,
  iamRaWith,
  type NodeConfigCase,
  refused,
  ssm,
  ssmWith,
  stricter,
} from './case.ts';

const code = (text: string) => ssmWith(`"${activationCode}"`, text);
const id = (text: string) => ssmWith(`"${activationId}"`, text);
const nodeName = (text: string) => iamRaWith('"edge-1"', text);
const anchor = 'arn:aws:rolesanywhere:us-west-2:123456789012:trust-anchor/01234567-89ab-cdef-0123-456789abcdef';
const profile = 'arn:aws:rolesanywhere:us-west-2:123456789012:profile/01234567-89ab-cdef-0123-456789abcdef';
const role = 'arn:aws:iam::123456789012:role/AmazonEKSHybridNodesRole';

const noName = 'kubelet or the API server refuses the name, or kubelet changes it and may not read its own node';
const noArn = 'nodeadm only looks whether there is something; the signing helper fails';
const noPath = 'the path stands on a command line without quotes, and units run in /';
const noCode = 'no activation code looks like that; registration fails, and uses up time';

/** SSM and IAM Roles Anywhere; `{pki}` holds certificates. */
export const credentialCases: readonly NodeConfigCase[] = [
  accepted('a code of 250 characters', code(`"${'a'.repeat(250)}"`)),
  accepted('a code with signs', code('"+/=abcdefghijklmnop=="')),
  accepted('a code of twenty digits', code('12345678901234567890'), ['yaml.unquoted']),
  refused('no code', ssmWith(`      activationCode: "${activationCode}"\n`, ''), ['ssm.activationCode']),
  refused('no id', ssmWith(`      activationId: "${activationId}"\n`, ''), ['ssm.activationId']),
  refused('ssm: {}', `${ssm.slice(0, ssm.indexOf('    ssm'))}    ssm: {}\n`, [
    'ssm.activationCode',
    'ssm.activationId',
  ]),
  refused('a code of 19 characters', code(`"${'a'.repeat(19)}"`), ['ssm.activationCode']),
  refused('a code of 251 characters', code(`"${'a'.repeat(251)}"`), ['ssm.activationCode']),
  refused('a code in a block', code(`|\n        ${activationCode}`), ['ssm.activationCode']),
  refused('a code of digits so long that it becomes a float', code('1234567890123456789012345'), [
    'ssm.activationCode',
    'yaml.unquoted',
  ]),
  refused('an empty code', code('""'), ['ssm.activationCode']),
  refused('an id in capitals', id(`"${activationId.toUpperCase()}"`), ['ssm.activationId']),
  refused('an id without hyphens', id('"0123456789abcdef0123456789abcdef"'), ['ssm.activationId']),
  refused('an id with a newline', id(`|\n        ${activationId}`), ['ssm.activationId']),
  refused('an id with a blank', id(`" ${activationId}"`), ['ssm.activationId']),
  refused(
    'code and id swapped',
    ssm.replace(activationCode, '#').replace(activationId, activationCode).replace('#', activationId),
    ['ssm.activationId'],
    ['ssm.activationCode'],
  ),
  accepted('the id as code', code(`"${activationId}"`), ['ssm.activationCode']),
  refused('both providers', `${ssm}${iamRa.slice(iamRa.indexOf('    iamRolesAnywhere'))}`, ['hybrid.provider']),
  stricter('a placeholder as code', code('"<activation-code-of-the-node>"'), ['ssm.activationCode'], noCode),
  stricter('a variable as code', code('"${SSM_ACTIVATION_CODE}"'), ['ssm.activationCode'], noCode),
  stricter('a code with a blank at its end', code(`"${activationCode} "`), ['ssm.activationCode'], noCode),
  stricter('a code with a letter beyond ASCII', code('"c0deC0deC0deC0deC0dé"'), ['ssm.activationCode'], noCode),

  refused('no role', iamRaWith(`"${role}"`, '""'), ['iamRolesAnywhere.arn']),
  refused('no profile', iamRaWith(`"${profile}"`, '""'), ['iamRolesAnywhere.arn']),
  refused('no trust anchor', iamRaWith(`"${anchor}"`, '""'), ['iamRolesAnywhere.arn']),
  refused('no node name', nodeName('""'), ['iamRolesAnywhere.nodeName']),
  refused(
    'a node name of 65 characters',
    nodeName('a'.repeat(65)),
    ['iamRolesAnywhere.nodeName'],
    ['iamRolesAnywhere.certificate'],
  ),
  refused('no certificate path', iamRaWith('      certificatePath: "{pki}/server.pem"\n', ''), [
    'iamRolesAnywhere.path',
  ]),
  refused('no key path', iamRaWith('      privateKeyPath: "{pki}/server.key"\n', ''), ['iamRolesAnywhere.path']),
  refused('iamRolesAnywhere: {}', `${iamRa.slice(0, iamRa.indexOf('    iamRoles'))}    iamRolesAnywhere: {}\n`, [
    'iamRolesAnywhere.arn',
    'iamRolesAnywhere.nodeName',
    'iamRolesAnywhere.path',
  ]),
  refused('a certificate that is not there', iamRaWith('server.pem', 'nothing.pem'), ['iamRolesAnywhere.file']),
  refused('a key that is not there', iamRaWith('server.key', 'nothing.key'), ['iamRolesAnywhere.file']),
  refused('a certificate that is no PEM', iamRaWith('server.pem', 'text.pem'), ['iamRolesAnywhere.certificate']),
  refused('a damaged certificate', iamRaWith('server.pem', 'damaged.pem'), ['iamRolesAnywhere.certificate']),
  refused('a key as certificate', iamRaWith('server.pem', 'other.key'), ['iamRolesAnywhere.certificate']),
  refused('an expired certificate', iamRaWith('server.pem', 'expired.pem'), ['iamRolesAnywhere.certificate']),
  refused('a certificate of next year', iamRaWith('server.pem', 'future.pem'), ['iamRolesAnywhere.certificate']),
  accepted('a certificate with its chain', iamRaWith('server.pem', 'chain.pem')),
  accepted('the common name of another node', nodeName('"edge-2"'), ['iamRolesAnywhere.certificate']),
  accepted('a node name with dots', nodeName('"edge-1.example.com"'), ['iamRolesAnywhere.certificate']),
  accepted('a role with a path', iamRaWith('role/Amazon', 'role/nodes/Amazon')),
  accepted(
    'another awsConfigPath',
    iamRaWith('      nodeName', '      awsConfigPath: "/etc/aws/config"\n      nodeName'),
  ),
  stricter(
    'a key of another certificate',
    iamRaWith('server.key', 'other.key'),
    ['iamRolesAnywhere.key'],
    'the signing helper fails',
  ),
  stricter(
    'a key with a passphrase',
    iamRaWith('server.key', 'encrypted.key'),
    ['iamRolesAnywhere.key'],
    'nobody types it on a node',
  ),
  stricter(
    'a key that is none',
    iamRaWith('server.key', 'text.pem'),
    ['iamRolesAnywhere.key'],
    'the signing helper fails',
  ),
  stricter(
    'the certificate of an authority',
    iamRaWith('server', 'ca').replace('server', 'ca'),
    ['iamRolesAnywhere.certificate'],
    'IAM Roles Anywhere takes no certificate of an authority from a node',
    ['iamRolesAnywhere.certificate'],
  ),
  stricter(
    'certificate and key in one path',
    iamRaWith('server.key', 'server.pem'),
    ['iamRolesAnywhere.key', 'iamRolesAnywhere.path'],
    noPath,
  ),
  stricter('a node name Edge_1', nodeName('"Edge_1"'), ['iamRolesAnywhere.nodeName'], noName, [
    'iamRolesAnywhere.certificate',
  ]),
  stricter('a node name Edge-1', nodeName('"Edge-1"'), ['iamRolesAnywhere.nodeName'], noName, [
    'iamRolesAnywhere.certificate',
  ]),
  stricter('a node name of 64 characters', nodeName('a'.repeat(64)), ['iamRolesAnywhere.nodeName'], noName, [
    'iamRolesAnywhere.certificate',
  ]),
  stricter(
    'a node name of one letter',
    nodeName('a'),
    ['iamRolesAnywhere.nodeName'],
    'a role session has a name of at least two characters',
    ['iamRolesAnywhere.certificate'],
  ),
  stricter('a node name that ends in a dot', nodeName('"edge-1."'), ['iamRolesAnywhere.nodeName'], noName, [
    'iamRolesAnywhere.certificate',
  ]),
  stricter('a node name with a blank', nodeName('"edge 1"'), ['iamRolesAnywhere.nodeName'], noName, [
    'iamRolesAnywhere.certificate',
  ]),
  stricter('ARNs that are none', iamRaWith(anchor, 'anchor'), ['iamRolesAnywhere.arn'], noArn),
  stricter(
    'profile and anchor swapped',
    iamRaWith('trust-anchor/', 'profile/').replace(/(profileArn.*)profile\//, '$1trust-anchor/'),
    ['iamRolesAnywhere.arn'],
    noArn,
  ),
  stricter('the name of the role', iamRaWith(role, 'AmazonEKSHybridNodesRole'), ['iamRolesAnywhere.arn'], noArn),
  stricter('an instance profile as role', iamRaWith(':role/', ':instance-profile/'), ['iamRolesAnywhere.arn'], noArn),
  stricter('a role with a region', iamRaWith('iam::', 'iam:us-west-2:'), ['iamRolesAnywhere.arn'], noArn),
  stricter(
    'an account of eleven digits',
    iamRaWith('iam::123456789012', 'iam::12345678901'),
    ['iamRolesAnywhere.arn'],
    noArn,
  ),
  stricter(
    'a trust anchor of another region',
    iamRaWith('rolesanywhere:us-west-2', 'rolesanywhere:eu-west-1'),
    ['iamRolesAnywhere.arn'],
    'the helper refuses two regions, and nodeadm looks for the endpoint in the region of the cluster',
  ),
  stricter(
    'a role of another partition',
    iamRaWith('arn:aws:iam', 'arn:aws-cn:iam'),
    ['iamRolesAnywhere.arn'],
    'partitions do not know each other',
  ),
  stricter(
    'a role of another account',
    iamRaWith('iam::123456789012', 'iam::210987654321'),
    ['iamRolesAnywhere.arn'],
    'a profile hands out roles of its own account',
  ),
  refused('a relative path', iamRaWith('{pki}/server.key', './server.key'), ['iamRolesAnywhere.path']),
  stricter(
    'a relative awsConfigPath',
    iamRaWith('      nodeName', '      awsConfigPath: "config"\n      nodeName'),
    ['iamRolesAnywhere.path'],
    noPath,
  ),
  stricter('a path with a blank', iamRaWith('server.key', 'a key.key'), ['iamRolesAnywhere.path'], noPath),
];
