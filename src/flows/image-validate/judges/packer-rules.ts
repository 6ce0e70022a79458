import type { ImageSpec } from '../../../catalog/image-spec.ts';
import { findPackerFaults } from '../../../render/packer-rules/check.ts';
import { createTask, findingAt } from '../task.ts';
import type { Judge } from '../types.ts';

/** Our own rules for the HCL: seed, keys, ends, secrets. */
export const packerRules: Judge = {
  looksFor: 'seed, typed keys, ports, end and secrets of the build are as a node image needs them',
  tools: [],
  plan: ({ files, spec }) =>
    files
      .filter(({ path }) => path === 'image.pkr.hcl')
      .map(({ path, content }) =>
        createTask({
          judge: 'packer-rules',
          file: path,
          text: content,
          facts: { spec: JSON.stringify(spec) },
        }),
      ),
  run: async (tasks) =>
    new Map(
      tasks.map((task) => {
        const spec = JSON.parse(task.facts['spec'] ?? '') as ImageSpec;
        const faults = findPackerFaults(task.text, spec);
        return [task.key, faults.map(({ line, message }) => findingAt(task, line, message))];
      }),
    ),
};
