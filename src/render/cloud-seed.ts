import type { Seed } from './seed.ts';
import { type TemplateSet, templateText } from './template-set.ts';

const template = 'user-data/build-user.pkrtpl.hcl';

/**
 * For a disk that has cloud-init: one user with the build's key. Another instance id makes it a first boot again.
 * https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html
 */
export function renderCloudSeed(instanceId: string, templates: TemplateSet): Seed {
  return noCloudSeed(instanceId, templateText(templates, template));
}

/** A CD of cloud-init's NoCloud source. Both files have to be there, and the label is `cidata` or `CIDATA`, nothing else. */
export function noCloudSeed(instanceId: string, userData: string): Seed {
  const metaData = 'seed/meta-data';
  const userDataFile = 'seed/user-data.pkrtpl.hcl';
  return {
    transport: 'cd',
    cdLabel: 'cidata',
    members: [
      { name: 'meta-data', file: metaData, templated: false },
      { name: 'user-data', file: userDataFile, templated: true },
    ],
    files: [
      { path: metaData, mode: 0o644, content: `instance-id: ${instanceId}\nlocal-hostname: hnf-build\n` },
      { path: userDataFile, mode: 0o644, content: userData },
    ],
    variables: ['public_key', 'apt_proxy'],
  };
}
