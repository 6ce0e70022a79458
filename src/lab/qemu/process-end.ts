import { FactoryError, messageOf } from '../../core/errors.ts';
import type { RunningProcess } from '../../core/exec.ts';

/** Whether a process has ended, to be looked at in a loop. */
export interface ProcessEnd {
  ended: boolean;
  /** Why, when it did not end well. */
  error?: FactoryError;
}

export function watchEnd(process: Pick<RunningProcess, 'done'>): ProcessEnd {
  const end: ProcessEnd = { ended: false };
  process.done.then(
    () => {
      end.ended = true;
    },
    (cause: unknown) => {
      end.error = cause instanceof FactoryError ? cause : new FactoryError('exec.failed', messageOf(cause), { cause });
      end.ended = true;
    },
  );
  return end;
}
