import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/core/package-root.ts';
import { listHeredocs, listShellExcerpts } from '../../../src/flows/image-validate/excerpts.ts';
import { judgeNames } from '../../../src/flows/image-validate/judge-names.ts';
import { planValidation, tasksOf } from '../../../src/flows/image-validate/plan.ts';
import { renderCellOf } from '../../../src/flows/image-validate/render-cells.ts';
import { buildReport } from '../../../src/flows/image-validate/report.ts';
import { VerdictCache } from '../../../src/flows/image-validate/verdict-cache.ts';
import { loadTemplates } from '../../../src/render/load-templates.ts';
import { builtinCells } from '../../render/cells.ts';

const templates = loadTemplates(packageRoot());
const cells = builtinCells.map((spec) => renderCellOf({ spec, formats: [] }, templates, undefined));
const plans = planValidation(cells, judgeNames);

function judgesOf(id: string): string[] {
  return plans.find((plan) => plan.id === id)?.judges.map(({ name }) => name) ?? [];
}

const always = ['packer-validate', 'packer-fmt', 'packer-rules', 'seed-rules'];

describe('flows/image-validate/plan', () => {
  it('gives every cell the judges that apply to it', () => {
    expect(plans).toHaveLength(builtinCells.length);
    expect(judgesOf('ubuntu24/amd64/iso/qemu/ssm')).toEqual([
      ...always,
      'autoinstall-schema',
      'autoinstall-rules',
      'cloud-init-schema',
      'net-convert',
      'shellcheck',
      'systemd-verify',
      'pyyaml',
    ]);
    expect(judgesOf('rhel9/arm64/iso/qemu/ssm')).toEqual([
      ...always,
      'ksvalidator',
      'kickstart-rules',
      'shellcheck',
      'systemd-verify',
    ]);
    expect(judgesOf('debian12-netinst/amd64/iso/qemu/iam-ra')).toContain('preseed');
    expect(judgesOf('al2023/amd64/cloud-image/qemu/ssm')).toContain('cloud-init-schema');
    for (const { judges } of plans) expect(judges.map(({ name }) => name)).toEqual(expect.arrayContaining(always));
  });

  it('asks equal questions once', () => {
    const asked = tasksOf(plans, 'shellcheck').length;
    const named = plans.flatMap(({ judges }) => judges.filter(({ name }) => name === 'shellcheck'));
    expect(asked).toBeLessThan(named.reduce((sum, { tasks }) => sum + tasks.length, 0) / 10);
    expect(tasksOf(plans, 'packer-validate')).toHaveLength(builtinCells.length);
  });

  it('hands shell code out of answers over', () => {
    const excerpts = (id: string) => {
      const cell = cells.find((candidate) => candidate.id === id);
      return cell === undefined ? [] : listShellExcerpts(cell).map(({ text }) => text);
    };
    expect(excerpts('rhel9/amd64/iso/qemu/ssm')).toHaveLength(3);
    expect(excerpts('debian12-netinst/amd64/iso/qemu/iam-ra').join()).toContain('useradd');
    expect(excerpts('ubuntu22/amd64/iso/qemu/ssm').join()).toContain('systemctl stop ssh');
  });
});

describe('flows/image-validate/excerpts', () => {
  it('finds files that a script writes word by word', () => {
    const script = "#!/bin/sh\ncat >/etc/systemd/system/a.service <<'UNIT'\n[Unit]\nUNIT\ncat >/etc/b <<X\n$y\nX\n";
    expect(listHeredocs('s.sh', script)).toEqual([
      { file: 's.sh', line: 3, target: '/etc/systemd/system/a.service', text: '[Unit]\n' },
    ]);
  });
});

describe('flows/image-validate/report', () => {
  it('counts verdicts, and passes nothing without an answer', () => {
    const [first] = plans;
    const few = first === undefined ? [] : [first];
    const finding = { file: 'image.pkr.hcl', line: 3, message: 'wrong' };
    const key = first?.judges.find(({ name }) => name === 'packer-fmt')?.tasks[0]?.key ?? '';
    const report = buildReport(
      few,
      new Map([
        ['packer-validate', { skipped: 'packer is not there', findings: new Map(), asked: 0 }],
        ['packer-fmt', { skipped: undefined, findings: new Map([[key, [finding]]]), asked: 1 }],
        ['packer-rules', { skipped: undefined, findings: new Map(), asked: 1 }],
      ]),
      20,
      1.5,
    );
    const judges = report.cells[0]?.judges ?? [];
    expect(judges.slice(0, 4)).toEqual([
      { name: 'packer-validate', status: 'skip', reason: 'packer is not there', findings: [] },
      { name: 'packer-fmt', status: 'fail', reason: '1 finding', findings: [finding] },
      { name: 'packer-rules', status: 'pass', reason: '', findings: [] },
      { name: 'seed-rules', status: 'skip', reason: 'was not asked', findings: [] },
    ]);
    expect(report).toMatchObject({ passed: 1, failed: 1, skipped: judges.length - 2, asked: 2, known: 18 });
  });
});

describe('flows/image-validate/verdict-cache', () => {
  it('remembers what passed, also what another noted meanwhile', async () => {
    const root = mkdtempSync(join(tmpdir(), 'verdicts-'));
    const [one, two] = [new VerdictCache(root), new VerdictCache(root)];
    await Promise.all([one.load(), two.load()]);
    one.add('a');
    two.add('b');
    await Promise.all([one.save(), two.save()]);
    const later = new VerdictCache(root);
    await later.load();
    expect(['a', 'b', 'c'].map((key) => later.has(key))).toEqual([true, true, false]);
  });
});
