import { describe, expect, it } from 'vitest';
import { toJUnit } from '../../../src/lab/verify/junit.ts';
import { countChecks, type VerifyReport } from '../../../src/lab/verify/report.ts';

const report: VerifyReport = {
  artifact: 'debian12-lab-1.qcow2',
  hardware: 'virtio',
  firmware: 'bios',
  accelerator: 'tcg',
  seconds: 71.25,
  checks: [
    { id: 'swap.none', what: 'no swap', status: 'pass', saw: 'none', expected: 'none' },
    { id: 'build.tmp', what: 'nothing in /tmp', status: 'fail', saw: '/tmp/<a> & "b"\n/tmp/c', expected: 'none' },
    { id: 'node.containerd', what: 'containerd', status: 'skip', saw: 'absent, as asked', expected: 'not ours' },
  ],
};

describe('lab/verify/junit', () => {
  it('counts', () => {
    expect(countChecks(report)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it('has one suite per boot and one case per check', () => {
    expect(toJUnit(report)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
        <testsuite name="debian12-lab-1.qcow2 on virtio/bios" tests="3" failures="1" errors="0" skipped="1" time="71.250">
          <testcase classname="swap" name="swap.none: no swap" time="0">
            <system-out>expected: none&#10;saw: none</system-out>
          </testcase>
          <testcase classname="build" name="build.tmp: nothing in /tmp" time="0">
            <failure message="nothing in /tmp: /tmp/&lt;a&gt; &amp; &quot;b&quot;&#10;/tmp/c">expected: none&#10;saw: /tmp/&lt;a&gt; &amp; &quot;b&quot;&#10;/tmp/c</failure>
          </testcase>
          <testcase classname="node" name="node.containerd: containerd" time="0">
            <skipped message="absent, as asked"/>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('survives whatever a guest says', () => {
    const saw = '\u0000\u001b[31mred\u0007 \ud800 \uffff ]]> <!-- é';
    const xml = toJUnit({ ...report, checks: [{ id: 'a.b', what: 'x', status: 'fail', saw, expected: 'none' }] });
    expect(xml).toContain('[31mred');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
    expect(xml).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
    expect(xml.isWellFormed()).toBe(true);
    expect(xml.match(/</g)?.length).toBe(xml.match(/>/g)?.length ? xml.match(/<[^<>]*>/g)?.length : 0);
  });
});
