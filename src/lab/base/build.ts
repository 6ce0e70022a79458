import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { produceFile } from '../../core/files.ts';
import { checkInterrupted } from '../../core/interrupt.ts';
import { GiB } from '../../core/sizes.ts';
import { checkSpace } from '../../core/space.ts';
import { writeBootArea } from './boot-area.ts';
import type { BaseContext } from './context.ts';
import { makeRootFilesystem } from './filesystem.ts';
import { checkNamespace } from './namespace.ts';
import { type InstalledPackage, parsePackages } from './packages.ts';
import type { BasePlan } from './plan.ts';
import { joinDisk } from './qcow2.ts';
import { insideName, withStaging } from './staging.ts';
import { installTree, writeInput } from './tree.ts';

export interface BaseDisk {
  /** An uncompressed qcow2 in the work folder. */
  path: string;
  virtualBytes: number;
  packages: InstalledPackage[];
  /** Step → seconds. */
  seconds: Record<string, number>;
}

/** The finished disk: 0.9 GiB measured for all suites. */
const resultBytes = 1.5 * GiB;

/**
 * Makes the base disk, as root or as an ordinary user; needs no device, no mount on this machine and no VM.
 * @throws FactoryError `space.low`, `tool.missing`, `network.failed`, `build.failed`, `exec.timeout`, `interrupted`; nothing is left.
 */
export async function buildBaseDisk(plan: BasePlan, context: BaseContext): Promise<BaseDisk> {
  const seconds: Record<string, number> = {};
  const step = <T>(phase: string, run: () => Promise<T>) => timeStep(plan, context, seconds, phase, run);
  await checkSpace(context.workDir, resultBytes, 'the base disk');
  const mode = await checkNamespace(context);
  const path = join(context.workDir, 'base.qcow2');
  return await withStaging(context, mode, async (staging) => {
    const input = join(staging, 'input');
    const inside = join(staging, insideName);
    const parts = join(inside, 'out');
    const bootArea = join(staging, 'boot-area.raw');
    await writeInput(plan, input);
    await step('packages', () => installTree(plan, context, { mode, input, tree: inside, temp: staging }));
    await step('filesystem', () => makeRootFilesystem(plan, context, { input, inside }));
    await step('boot-area', () => writeBootArea(plan, context, { parts, disk: bootArea, scratch: staging }));
    await step('qcow2', () =>
      produceFile(path, (target) => joinDisk(plan, context, { bootArea, root: join(parts, 'root.ext4'), target })),
    );
    const packages = parsePackages(await readFile(join(parts, 'packages.tsv'), 'utf8'));
    return { path, virtualBytes: plan.layout.diskBytes, packages, seconds };
  });
}

async function timeStep<T>(
  plan: BasePlan,
  context: BaseContext,
  seconds: Record<string, number>,
  phase: string,
  run: () => Promise<T>,
): Promise<T> {
  checkInterrupted(context.signal);
  const event = { operation: 'lab base', subject: plan.spec.suite, phase };
  const startedAt = context.clock.now();
  const elapsed = () => (context.clock.now() - startedAt) / 1000;
  context.emit({ ...event, status: 'start' });
  try {
    const result = await run();
    seconds[phase] = elapsed();
    context.emit({ ...event, status: 'done', seconds: elapsed() });
    return result;
  } catch (error) {
    context.emit({ ...event, status: 'fail', seconds: elapsed() });
    throw error;
  }
}
