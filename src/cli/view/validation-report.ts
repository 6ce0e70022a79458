import { formatSeconds } from '../../core/sizes.ts';
import { judgeNames } from '../../flows/image-validate/judge-names.ts';
import { judges } from '../../flows/image-validate/judges/table.ts';
import type { Finding, JudgeName, JudgeVerdict, ValidationReport } from '../../flows/image-validate/types.ts';
import { formatTable } from './table.ts';

/** Columns narrow enough for a terminal; the legend has the names. */
const headings: Readonly<Record<JudgeName, string>> = {
  'packer-validate': 'valid',
  'packer-fmt': 'fmt',
  'packer-rules': 'hcl',
  'seed-rules': 'seed',
  ksvalidator: 'ksv',
  'kickstart-rules': 'ks',
  'autoinstall-schema': 'ais',
  'autoinstall-rules': 'ai',
  preseed: 'd-i',
  'cloud-init-schema': 'ci',
  'net-convert': 'net',
  shellcheck: 'sh',
  'systemd-verify': 'unit',
  pyyaml: 'yaml',
};

const words: Readonly<Record<JudgeVerdict['status'], string>> = { pass: 'ok', fail: 'FAIL', skip: 'skip' };

/** Cells × judges, then what is wrong, then the figures. Pure. */
export function formatReport(report: ValidationReport): string {
  const used = usedJudges(report);
  const rows = report.cells.map(({ id, judges: verdicts }) => [
    id,
    ...used.map((name) => {
      const verdict = verdicts.find((candidate) => candidate.name === name);
      return verdict === undefined ? '-' : words[verdict.status];
    }),
  ]);
  const legend = used.map((name) => [headings[name], name, judges[name].looksFor]);
  return [
    formatTable(['cell', ...used.map((name) => headings[name])], rows),
    formatTable(['', 'judge', 'looks for'], legend),
    formatProblems(report),
    summaryOf(report),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

export function usedJudges({ cells }: ValidationReport): JudgeName[] {
  return judgeNames.filter((name) => cells.some((cell) => cell.judges.some((verdict) => verdict.name === name)));
}

export function summaryOf({ cells, passed, failed, skipped, asked, known, seconds }: ValidationReport): string {
  const questions = `${asked} questions asked, ${known} known from before, ${formatSeconds(seconds)}`;
  return `${cells.length} cells: ${passed} passed, ${failed} failed, ${skipped} skipped (${questions})\n`;
}

/** What was found in several cells is told once, with their number. */
function formatProblems(report: ValidationReport): string {
  return groupProblems(report)
    .map(({ text, ids }) => `${text}\n    in ${ids[0]}${ids.length > 1 ? ` and ${ids.length - 1} more` : ''}\n`)
    .join('');
}

export interface Problem {
  text: string;
  /** Cells, at least one. */
  ids: readonly string[];
}

export function groupProblems({ cells }: ValidationReport): Problem[] {
  const groups = new Map<string, string[]>();
  const add = (text: string, id: string) => groups.set(text, [...(groups.get(text) ?? []), id]);
  for (const { id, judges: verdicts } of cells) {
    for (const { name, status, reason, findings } of verdicts) {
      if (status === 'skip') add(`skipped ${name}: ${reason}`, id);
      for (const finding of findings) add(`${name}: ${placeOf(finding)}: ${finding.message}`, id);
    }
  }
  return [...groups].map(([text, ids]) => ({ text, ids: [...new Set(ids)] }));
}

export function placeOf({ file, line }: Finding): string {
  return line === null ? file : `${file}:${line}`;
}

/** 1: something is wrong; 3: a judge could not be had. */
export function exitCodeFor({ failed, skipped }: ValidationReport): number {
  return failed > 0 ? 1 : skipped > 0 ? 3 : 0;
}
