import type { ImageSpec } from '../../catalog/image-spec.ts';
import type { Exec } from '../../core/exec.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import type { ResolvedTool } from '../../tools/types.ts';
import type { judgeNames } from './judge-names.ts';

export type JudgeName = (typeof judgeNames)[number];

/** One thing a judge has against a file. */
export interface Finding {
  /** Path below the rendered folder. */
  file: string;
  /** From 1; null: the whole file. */
  line: number | null;
  message: string;
}

/** A cell of the catalog, rendered, and its seed as the guest will read it. */
export interface RenderedCell {
  /** `<image>/<arch>/<source>/<builder>/<provider>` */
  id: string;
  spec: ImageSpec;
  files: readonly RenderedFile[];
  seeds: readonly FilledSeed[];
  /** What goes into the image besides the folder: the tree of a `bootstrap` source. */
  base: readonly RenderedFile[];
}

export type FilledSeed =
  | { file: string; text: string; fault?: undefined }
  /** Packer could not fill it in either. */
  | { file: string; text?: undefined; fault: string };

/** One question to one judge. Equal questions of several cells are asked once. */
export interface Task {
  judge: JudgeName;
  /** SHA-256 of all that the answer depends on, but for the judge's own version. */
  key: string;
  file: string;
  /** Line in `file` on which the text begins, from 1; for a text that is a part of a file. */
  line: number;
  text: string;
  /** What else the judge has to know. */
  facts: Readonly<Record<string, string>>;
  /** For a judge of whole folders. */
  folder: readonly RenderedFile[];
}

export interface CellPlan {
  id: string;
  judges: readonly { name: JudgeName; tasks: readonly Task[] }[];
}

/** What a judge works with. */
export interface Bench {
  exec: Exec;
  signal: AbortSignal;
  /** Of the judge, by name. */
  tools: ReadonlyMap<string, ResolvedTool>;
  /** Plugins for Packer. */
  pluginFolder: string;
  /** Private, gone afterwards. */
  tempFolder: string;
  /** How many programs at once. */
  lanes: number;
  /** Told after every task, for the progress line. */
  onJudged(): void;
}

export interface Judge {
  /** What it looks for, one clause. */
  looksFor: string;
  /** Names from the table of tools. */
  tools: readonly string[];
  /** What of a cell it judges; nothing: it does not apply. Pure. */
  plan(cell: RenderedCell): Task[];
  /** Findings by the key of the task; a task without an entry passes. */
  run(tasks: readonly Task[], bench: Bench): Promise<ReadonlyMap<string, readonly Finding[]>>;
}

export interface JudgeVerdict {
  name: JudgeName;
  status: 'pass' | 'fail' | 'skip';
  /** Why it was skipped, or how much was found; empty when it passed. */
  reason: string;
  findings: readonly Finding[];
}

export interface CellVerdict {
  id: string;
  judges: readonly JudgeVerdict[];
}

/** What `hnf image validate --json` prints (cli.md). */
export interface ValidationReport {
  cells: readonly CellVerdict[];
  /** Verdicts, cells × judges. */
  passed: number;
  failed: number;
  skipped: number;
  /** Questions asked now, and those whose answer was known from an earlier run. */
  asked: number;
  known: number;
  seconds: number;
}
