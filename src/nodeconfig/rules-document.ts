import { quote } from '../config/findings.ts';
import type { DecodedConfig } from './decoded.ts';
import type { Fault } from './finding.ts';

/** The frame: header, exactly one way to credentials, nothing of EC2. */
export function listDocumentFaults(config: DecodedConfig): Fault[] {
  return [...listHeaderFaults(config), ...listHybridFaults(config), ...listForeignFaults(config)];
}

const header = { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig' } as const;

/** nodeadm does not look at it in a file; AWS's EC2 nodeadm, user data and every person do. */
function listHeaderFaults(config: DecodedConfig): Fault[] {
  return (['apiVersion', 'kind'] as const).flatMap((key) => {
    const value = config[key];
    if (value === header[key]) return [];
    const what = value === undefined ? 'is missing' : `is ${quote(value)}`;
    return [{ path: [key], code: 'document.header', message: `${what}; accepted: ${header[key]}` }];
  });
}

function listHybridFaults({ spec }: DecodedConfig): Fault[] {
  const path = ['spec', 'hybrid'];
  const hybrid = spec?.hybrid;
  if (hybrid === undefined) {
    const message = 'is missing, and without it nodeadm takes the machine for an EC2 instance';
    return [{ path, code: 'hybrid.missing', message, hint: 'Add ssm or iamRolesAnywhere below spec.hybrid.' }];
  }
  const code = 'hybrid.provider';
  const { ssm, iamRolesAnywhere } = hybrid;
  if (ssm === undefined && iamRolesAnywhere === undefined)
    return [{ path, code, message: 'names no credentials; accepted: ssm or iamRolesAnywhere' }];
  if (ssm === undefined || iamRolesAnywhere === undefined) return [];
  return [{ path, code, message: 'has both ssm and iamRolesAnywhere; accepted: one of them', about: 'key' }];
}

/** Read and not used for a hybrid node. */
function listForeignFaults({ spec }: DecodedConfig): Fault[] {
  const unused = (path: readonly string[], whose: string): Fault => ({
    path: ['spec', ...path],
    code: 'field.unused',
    severity: 'warning',
    message: `is for ${whose}; a hybrid node does not read it`,
    about: 'key',
  });
  return [
    ...(spec?.instance === undefined ? [] : [unused(['instance'], 'EC2 instances')]),
    ...(spec?.cluster?.enableOutpost === undefined ? [] : [unused(['cluster', 'enableOutpost'], 'Outposts')]),
    ...(spec?.cluster?.id === undefined ? [] : [unused(['cluster', 'id'], 'Outposts')]),
  ];
}
