import { describe, expect, it } from 'vitest';
import { toJUnit, toMarkdown } from '../../../src/cli/view/validation-files.ts';
import { exitCodeFor, formatReport } from '../../../src/cli/view/validation-report.ts';
import type { ValidationReport } from '../../../src/flows/image-validate/types.ts';

const finding = { file: 'image.pkr.hcl', line: 3, message: 'a <b> | c \u0001' };
const report: ValidationReport = {
  cells: ['x/amd64/iso/qemu/ssm', 'y/amd64/iso/qemu/ssm'].map((id) => ({
    id,
    judges: [
      { name: 'packer-validate', status: 'fail', reason: '1 finding', findings: [finding] },
      { name: 'packer-fmt', status: 'pass', reason: '', findings: [] },
      { name: 'shellcheck', status: 'skip', reason: 'shellcheck is not there', findings: [] },
    ],
  })),
  passed: 2,
  failed: 2,
  skipped: 2,
  asked: 5,
  known: 1,
  seconds: 61,
};

describe('cli/view/validation-report', () => {
  it('shows cells × judges, each problem once, and the figures', () => {
    const text = formatReport(report);
    expect(text).toMatch(/^cell +valid +fmt +sh$/m);
    expect(text).toMatch(/^x\/amd64\/iso\/qemu\/ssm +FAIL +ok +skip$/m);
    expect(text).toContain('packer-validate: image.pkr.hcl:3: a <b> | c');
    expect(text.match(/a <b>/g)).toHaveLength(1);
    expect(text).toContain('    in x/amd64/iso/qemu/ssm and 1 more\n');
    expect(text).toContain('skipped shellcheck: shellcheck is not there');
    expect(text).toMatch(
      /\n2 cells: 2 passed, 2 failed, 2 skipped \(5 questions asked, 1 known from before, 1m 01s\)\n$/,
    );
  });

  it('ends with 1 before 3', () => {
    expect(exitCodeFor(report)).toBe(1);
    expect(exitCodeFor({ ...report, failed: 0 })).toBe(3);
    expect(exitCodeFor({ ...report, failed: 0, skipped: 0 })).toBe(0);
  });
});

describe('cli/view/validation-files', () => {
  it('writes XML that XML can carry', () => {
    const text = toJUnit(report);
    expect(text).toContain('<testsuite name="x/amd64/iso/qemu/ssm" tests="3" failures="1" errors="0" skipped="1">');
    expect(text).toContain('a &lt;b&gt; | c \ufffd');
    expect(text).toContain('<skipped message="shellcheck is not there"/>');
  });

  it('writes a page whose table no message can break', () => {
    const text = toMarkdown(report);
    expect(text).toContain('| cell | packer-validate | packer-fmt | shellcheck |\n|---|---|---|---|\n');
    expect(text).toContain('| `x/amd64/iso/qemu/ssm` | fail | pass | skip |');
    expect(text).toContain('- packer-validate: image.pkr.hcl:3: a \\<b\\> \\| c');
  });
});
