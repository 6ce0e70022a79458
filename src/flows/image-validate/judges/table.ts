import type { Judge, JudgeName } from '../types.ts';
import { autoinstallRules, autoinstallSchema } from './autoinstall.ts';
import { cloudInitSchema } from './cloud-init-schema.ts';
import { kickstartRules } from './kickstart-rules.ts';
import { ksvalidator } from './ksvalidator.ts';
import { netConvert } from './net-convert.ts';
import { packerFmt } from './packer-fmt.ts';
import { packerRules } from './packer-rules.ts';
import { packerValidate } from './packer-validate.ts';
import { preseed } from './preseed.ts';
import { pyyaml } from './pyyaml.ts';
import { seedRules } from './seed-rules.ts';
import { shellcheck } from './shellcheck.ts';
import { systemdVerify } from './systemd-verify.ts';

export const judges = {
  'packer-validate': packerValidate,
  'packer-fmt': packerFmt,
  'packer-rules': packerRules,
  'seed-rules': seedRules,
  ksvalidator,
  'kickstart-rules': kickstartRules,
  'autoinstall-schema': autoinstallSchema,
  'autoinstall-rules': autoinstallRules,
  preseed,
  'cloud-init-schema': cloudInitSchema,
  'net-convert': netConvert,
  shellcheck,
  'systemd-verify': systemdVerify,
  pyyaml,
} satisfies Record<JudgeName, Judge>;
