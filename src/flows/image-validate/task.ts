import { canonicalJson, sha256 } from '../../core/hash.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import type { Finding, JudgeName, Task } from './types.ts';

interface Question {
  judge: JudgeName;
  file: string;
  text: string;
  line?: number;
  facts?: Readonly<Record<string, string>>;
  folder?: readonly RenderedFile[];
}

/** A task with its key. A folder's files are no part of it: what matters of them is in the text. */
export function createTask({ judge, file, text, line = 1, facts = {}, folder = [] }: Question): Task {
  const key = sha256(canonicalJson({ judge, file, text, line, facts }));
  return { judge, key, file, line, text, facts, folder };
}

/** A line of the judged text as one of the file it is from; 0 and less: the whole file. */
export function findingAt(task: Task, line: number | null, message: string): Finding {
  const isPlaced = line !== null && line > 0;
  return { file: task.file, line: isPlaced ? line + task.line - 1 : null, message };
}
