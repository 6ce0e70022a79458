import { assertNever } from '../../core/assert-never.ts';
import type { Waiting } from './guest-wait.ts';
import type { RunningVm } from './running-vm.ts';
import { findSshBanner, forwardSsh } from './ssh-banner.ts';

/** What a boot is waited for. */
export type BootCondition =
  /** A login prompt on the serial console. */
  | { kind: 'login' }
  /** The SSH server answers. */
  | { kind: 'ssh' }
  /** The guest powers off. */
  | { kind: 'exit' }
  /** A text on the serial console. */
  | { kind: 'text'; text: string };

/** `login`, `ssh` and `exit`; any other word is a text to wait for. */
export function parseBootCondition(word: string): BootCondition {
  if (word === 'login' || word === 'ssh' || word === 'exit') return { kind: word };
  return { kind: 'text', text: word };
}

/** The sentence's end after "the guest did not". */
export function describeCondition(condition: BootCondition): string {
  switch (condition.kind) {
    case 'login':
      return 'show a login prompt on its serial console';
    case 'ssh':
      return 'answer on its SSH port';
    case 'exit':
      return 'power off';
    case 'text':
      return `write '${condition.text}' on its serial console`;
    default:
      return assertNever(condition);
  }
}

/** Gives what was seen. @throws FactoryError `verify.failed` */
export async function waitForCondition(vm: RunningVm, condition: BootCondition, timeoutMs: number): Promise<string> {
  const waiting: Waiting = { timeoutMs, what: describeCondition(condition) };
  switch (condition.kind) {
    case 'login':
      await vm.waitForText(/\blogin: *$/, waiting);
      return 'login prompt';
    case 'ssh': {
      const port = await forwardSsh(vm, vm.spec.nics[0]?.id ?? '');
      return vm.waitUntil(() => findSshBanner(port), waiting);
    }
    case 'exit':
      await vm.waitForExit(waiting);
      return 'powered off';
    case 'text':
      await vm.waitForText(condition.text, waiting);
      return condition.text;
    default:
      return assertNever(condition);
  }
}
