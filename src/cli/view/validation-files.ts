import type { CellVerdict, JudgeVerdict, ValidationReport } from '../../flows/image-validate/types.ts';
import { renderXml, type XmlElement, xml } from '../../formats/xml.ts';
import { groupProblems, placeOf, summaryOf, usedJudges } from './validation-report.ts';

/** One suite per cell, one case per judge. Pure. */
export function toJUnit(report: ValidationReport): string {
  return renderXml(xml('testsuites', {}, report.cells.map(suiteOf)));
}

function suiteOf({ id, judges }: CellVerdict): XmlElement {
  const count = (status: JudgeVerdict['status']) => judges.filter((verdict) => verdict.status === status).length;
  const attributes = {
    name: id,
    tests: String(judges.length),
    failures: String(count('fail')),
    errors: '0',
    skipped: String(count('skip')),
  };
  return xml(
    'testsuite',
    attributes,
    judges.map((verdict) => caseOf(id, verdict)),
  );
}

function caseOf(id: string, { name, status, reason, findings }: JudgeVerdict): XmlElement {
  const text = clean(findings.map((finding) => `${placeOf(finding)}: ${finding.message}`).join('\n'));
  const outcome = {
    pass: [],
    skip: [xml('skipped', { message: clean(reason) })],
    fail: [xml('failure', { message: clean(reason) }, text)],
  } satisfies Record<JudgeVerdict['status'], XmlElement[]>;
  return xml('testcase', { classname: id, name, time: '0' }, outcome[status]);
}

/** What a program says may hold anything; XML 1.0 cannot carry control characters, lone surrogates, U+FFFE and U+FFFF. */
function clean(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '�');
}

/** A page for a pipeline's summary. Pure. */
export function toMarkdown(report: ValidationReport): string {
  const used = usedJudges(report);
  const rows = report.cells.map(({ id, judges }) => {
    const marks = used.map((name) => judges.find((verdict) => verdict.name === name)?.status ?? '');
    return `| ${[`\`${id}\``, ...marks].join(' | ')} |`;
  });
  const problems = groupProblems(report).map(
    ({ text, ids }) => `- ${escapeMarkdown(text)}\n${ids.map((id) => `  - \`${id}\`\n`).join('')}`,
  );
  return [
    '# Validation of images',
    summaryOf(report).trim(),
    [`| cell | ${used.join(' | ')} |`, `|---|${used.map(() => '---|').join('')}`, ...rows].join('\n'),
    ...(problems.length === 0 ? [] : ['## Findings', problems.join('').trim()]),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|]/g, (sign) => `\\${sign}`);
}
