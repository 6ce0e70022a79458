import { type BasePlan, planBase } from '../../../src/lab/base/plan.ts';
import type { BaseSpec } from '../../../src/lab/base/spec.ts';
import { readBaseTemplates } from '../../../src/lab/base/templates.ts';

export const templates = await readBaseTemplates();

export function sampleSpec(change: Partial<BaseSpec> = {}): BaseSpec {
  return {
    suite: 'bookworm',
    arch: 'amd64',
    mirror: 'http://deb.debian.org/debian',
    diskGiB: 4,
    extraPackages: [],
    ...change,
  };
}

export function samplePlan(change: Partial<BaseSpec> = {}): BasePlan {
  return planBase(sampleSpec(change), templates);
}
