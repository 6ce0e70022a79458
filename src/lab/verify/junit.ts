import { renderXml, type XmlElement, xml } from '../../formats/xml.ts';
import type { CheckOutcome } from './check-types.ts';
import { countChecks, type VerifyReport } from './report.ts';

/** The report as JUnit XML: one suite per boot, one case per check. */
export function toJUnit(report: VerifyReport): string {
  const { failed, skipped } = countChecks(report);
  const suite = {
    name: clean(`${report.artifact} on ${report.hardware}/${report.firmware}`),
    tests: String(report.checks.length),
    failures: String(failed),
    errors: '0',
    skipped: String(skipped),
    time: report.seconds.toFixed(3),
  };
  return renderXml(xml('testsuites', {}, [xml('testsuite', suite, report.checks.map(testCase))]));
}

function testCase(check: CheckOutcome): XmlElement {
  const attributes = { classname: check.id.replace(/\.[^.]*$/, ''), name: `${check.id}: ${check.what}`, time: '0' };
  return xml('testcase', attributes, [outcome(check)]);
}

function outcome(check: CheckOutcome): XmlElement {
  const text = clean(`expected: ${check.expected}\nsaw: ${check.saw}`);
  if (check.status === 'pass') return xml('system-out', {}, text);
  if (check.status === 'skip') return xml('skipped', { message: clean(check.saw) });
  return xml('failure', { message: clean(`${check.what}: ${check.saw}`) }, text);
}

/** What a guest says may hold anything; XML 1.0 cannot carry control characters, lone surrogates, U+FFFE and U+FFFF. */
function clean(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '�');
}
