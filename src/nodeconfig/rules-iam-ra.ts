import { quote } from '../config/findings.ts';
import { findNodeNameFault } from '../hosts/kubernetes-names.ts';
import { listArnFaults } from './arns.ts';
import type { DecodedConfig, IamRolesAnywhereField } from './decoded.ts';
import type { Fault } from './finding.ts';
import { nodeadmPaths } from './types.ts';

type Fields = Partial<Record<IamRolesAnywhereField, string>>;

export function listIamRolesAnywhereFaults({ spec }: DecodedConfig): Fault[] {
  const fields = spec?.hybrid?.iamRolesAnywhere;
  if (fields === undefined) return [];
  const faults = [
    ...listNameFaults(fields),
    ...listArnFaults(fields, spec?.cluster?.region),
    ...listPathFaults(fields),
  ];
  return faults.map((fault) => ({ ...fault, path: ['spec', 'hybrid', 'iamRolesAnywhere', ...fault.path] }));
}

/** It is also the name of the role session. */
function listNameFaults({ nodeName = '' }: Fields): Fault[] {
  const fault = { path: ['nodeName'], code: 'iamRolesAnywhere.nodeName' };
  if (nodeName === '') return [{ ...fault, message: "is missing; accepted: the node's name" }];
  const reason = findNodeNameFault(nodeName) ?? findSessionNameFault(nodeName);
  return reason === undefined ? [] : [{ ...fault, message: `${quote(nodeName)} ${reason}` }];
}

/** Why AWS would refuse the name of a node for its role session; undefined when it would not. */
export function findSessionNameFault(name: string): string | undefined {
  return name.length < 2 ? 'is too short for the name of a role session; accepted: at least 2 characters' : undefined;
}

/** They stand on a command line without quotes (nodeadm: internal/iamrolesanywhere/aws_config.tpl). */
const plainPath = /^\/[A-Za-z0-9._@%+=:,/-]*[A-Za-z0-9._@%+=:,-]$/;

function listPathFaults(fields: Fields): Fault[] {
  const faults = (['certificatePath', 'privateKeyPath', 'awsConfigPath'] as const).flatMap((key) =>
    listOnePathFaults(key, fields[key] ?? ''),
  );
  const { certificatePath = '', privateKeyPath } = fields;
  if (certificatePath === '' || certificatePath !== privateKeyPath) return faults;
  const message = 'is the path of the certificate as well; accepted: a file of its own';
  return [...faults, { path: ['privateKeyPath'], code: 'iamRolesAnywhere.path', message }];
}

function listOnePathFaults(key: keyof typeof nodeadmPaths, value: string): Fault[] {
  const fault = { path: [key], code: 'iamRolesAnywhere.path' };
  if (plainPath.test(value) || (value === '' && key === 'awsConfigPath')) return [];
  if (value !== '') {
    const message = `${quote(value)} is no path nodeadm can use; accepted: an absolute path without blanks and quotes`;
    return [{ ...fault, message }];
  }
  const message =
    "is missing; accepted: a path in the guest. 'nodeadm init' has a default, 'nodeadm config check' has none";
  return [{ ...fault, message, hint: `Write the default, '${nodeadmPaths[key]}'.` }];
}
